"""The stored files beside the rows: nobody else's may change, and one's own come back after each request."""

from pathlib import Path

from helpdesk.lib.storage import storage_path
from helpdesk.proof.sides import Side, World


class Drawers:
    """Every organisation's files as they were when the walk began."""

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.kept = {side.key: self._contents(side) for side in world.sides}
        self.own, self.others = world.own, world.others

    def changed(self) -> list[str]:
        """The files of others that are new, altered or gone; empty when all is as it was."""
        found = {side.key: self._contents(side) for side in self.others}
        return sorted(
            str(path.relative_to(self.folder))
            for key, files in found.items()
            for path in {*files, *self.kept[key]}
            if files.get(path) != self.kept[key].get(path)
        )

    def restore(self) -> None:
        """Put back what a request has removed: its rows are rolled back, its files are not."""
        for files in self.kept.values():
            for path, content in files.items():
                if not path.exists():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)

    def clear(self) -> None:
        """Remove what has come since, and put back what has gone; while nobody else walks."""
        for side in (self.own, *self.others):
            for path in set(self._contents(side)) - set(self.kept[side.key]):
                path.unlink()
        self.restore()

    def count(self) -> int:
        """How many files of others are watched."""
        return sum(len(self.kept[side.key]) for side in self.others)

    def _contents(self, side: Side) -> dict[Path, bytes]:
        root = self.folder / storage_path(side.organisation.pk)
        return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}

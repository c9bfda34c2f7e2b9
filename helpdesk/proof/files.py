"""The stored files beside the rows: nobody else's may change, and one's own come back after each request."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from helpdesk.lib.storage import storage_path
from helpdesk.proof.sides import Side, World

Marks = set[tuple[str, int, int, int]]


class Drawers:
    """Every organisation's files as they were when the walk began.

    Contents are compared whenever a mark has changed since the last look: a file's name, number, size or instant.
    """

    def __init__(self, folder: Path, world: World) -> None:
        self.folder = folder
        self.kept = {side.key: self._contents(side) for side in world.sides}
        self.own, self.others = world.own, world.others
        self.marks: Marks = set()

    def moved(self) -> bool:
        """Whether any file at all, whosever, has come, gone or been written since this was last asked."""
        before, self.marks = self.marks, set(_marks(str(self.folder)))
        return self.marks != before

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


def _marks(folder: str) -> Iterator[tuple[str, int, int, int]]:
    for entry in os.scandir(folder):
        if entry.is_dir():
            yield from _marks(entry.path)
            continue
        with suppress(FileNotFoundError):  # another process of the walk has just put it away again
            told = entry.stat()
            yield entry.path, told.st_ino, told.st_size, told.st_mtime_ns

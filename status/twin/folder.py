"""The twin's folder: each export is a folder of its own, and one link says which is the present one.

current -> at-1795000000000000000      swapped in one step, so no reader ever meets a half-written export
at-…/manifest.json                      when it was made, and what lies where
at-…/status/index.html, status/api/v2/summary.json, …   as a web server would serve them
changed                                 touched by whoever publishes: an export made before that is stale
"""

import fcntl
import json
import os
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from status.answers import Content

CURRENT, CHANGED, LOCK, MANIFEST = "current", "changed", "lock", "manifest.json"
LEFT = 2  # exports that stay: the present one, and the one that somebody may still be reading
WAITS_S = 5.0


class FolderBusy(TimeoutError):
    """Somebody else has been exporting for too long."""


@dataclass(frozen=True, kw_only=True)
class Export:
    """What an export says of itself. `written_at` is on this machine's clock, to tell its age."""

    name: str
    made_at: str
    written_at: float
    changed: int
    live: Mapping[str, str]
    kept: Mapping[str, str]
    home: Path = field(repr=False)
    archive: str = ""
    figures: str = ""

    def content(self, path: str) -> Content | None:
        """One of its documents by path; None for one that it has not."""
        kind = self.live.get(path) or self.kept.get(path)
        return Content((self.home / file_of(path)).read_bytes(), kind) if kind else None


def file_of(path: str) -> str:
    """Where a document lies within an export."""
    return f"{path.strip('/')}/index.html" if path.endswith("/") else path.strip("/")


def present_name(folder: Path) -> str | None:
    """The present export's name; None where there is none yet."""
    with suppress(FileNotFoundError):
        return os.readlink(folder / CURRENT)  # noqa: PTH115 - asked at each request
    return None


def present(folder: Path) -> Export | None:
    """The present export; None where there is none, or none that can be read."""
    name = present_name(folder)
    if name is None:
        return None
    try:
        told: dict[str, Any] = json.loads((folder / name / MANIFEST).read_text())
        return Export(name=name, home=folder / name, **told)
    except (OSError, ValueError, TypeError):
        return None


def changed_mark(folder: Path) -> int:
    """Another number after each change that was published."""
    with suppress(FileNotFoundError):
        return os.stat(folder / CHANGED).st_mtime_ns  # noqa: PTH116 - asked at each request
    return 0


def spoil(folder: Path) -> None:
    """Something was published: no export from before it is the present state."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / CHANGED
    file.touch()
    at = max(time.time_ns(), changed_mark(folder) + 1)
    os.utime(file, ns=(at, at))  # the file system's own clock is coarser than two changes may lie apart


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Only one exports at a time, of all processes that share the folder; raises `FolderBusy` after some seconds."""
    folder.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + WAITS_S
    with (folder / LOCK).open("a") as lock:
        while True:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError as error:
                if time.monotonic() > until:
                    raise FolderBusy(str(folder)) from error
                time.sleep(0.02)
        yield


def write(
    folder: Path,
    *,
    made_at: str,
    changed: int,
    marks: Mapping[str, str],
    live: Mapping[str, Content],
    kept: Mapping[str, Content] | None,
) -> None:
    """Write an export and make it the present one. `kept` None: the archive is that of the one before, linked.

    `marks`: what its archive and its figures hang on, by these names.
    """
    before, name = present(folder), f"at-{time.time_ns()}"
    home = folder / name
    for path, content in {**live, **(kept or {})}.items():
        _put(home / file_of(path), content.body)
    kinds = {path: content.kind for path, content in (kept or {}).items()}
    if kept is None and before is not None:
        kinds = {path: kind for path, kind in before.kept.items() if path not in live}
        _link(before.home, home, kinds)
    manifest = {
        "made_at": made_at,
        "written_at": time.time(),
        "changed": changed,
        **marks,
        "live": {path: content.kind for path, content in live.items()},
        "kept": kinds,
    }
    _put(home / MANIFEST, json.dumps(manifest, indent=1).encode())
    _point(folder, name)
    _clean(folder, name)


def _put(file: Path, body: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(body)


def _link(before: Path, home: Path, paths: Iterable[str]) -> None:
    for path in paths:
        file = home / file_of(path)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.hardlink_to(before / file_of(path))


def _point(folder: Path, name: str) -> None:
    following = folder / f"{CURRENT}.next"
    following.unlink(missing_ok=True)
    following.symlink_to(name)
    following.replace(folder / CURRENT)


def _clean(folder: Path, name: str) -> None:
    exports = sorted(path.name for path in folder.glob("at-*") if path.name <= name)
    for old in exports[:-LEFT]:
        shutil.rmtree(folder / old, ignore_errors=True)

"""Who the servers run as. PostgreSQL refuses root, so root becomes `nobody`; no user is ever created."""

import ctypes
import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from helpdesk.embedded.errors import EmbeddedError

_NEW_USER_NAMESPACE = 0x10000000
_NOBODY = 65534

NO_OTHER_USER = (
    "PostgreSQL does not run as root, and this machine lets root become no other user.\n"
    "Run the command as a plain user, or name running servers in DATABASE_URL and REDIS_URL."
)


@dataclass(frozen=True)
class Identity:
    """The user of the servers: ourselves (`uid` None), another user, or ourselves inside a user namespace."""

    uid: int | None = None
    gid: int | None = None
    own_namespace: bool = False

    def own(self, folder: Path) -> None:
        """Make `folder` if need be and give it to this user alone.

        Raises `EmbeddedError` when something of another user's, or a link, stands in its place.
        """
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        status = folder.lstat()
        if not stat.S_ISDIR(status.st_mode) or status.st_uid not in {os.geteuid(), self.uid}:
            raise EmbeddedError(f"{folder} belongs to another user; remove it, or set HELPDESK_DATA to another folder.")
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid, follow_symlinks=False)
        folder.chmod(0o700)


def current_identity() -> Identity:
    """Ourselves; for root `nobody`, or where no other user exists root within a namespace of its own.

    Raises `EmbeddedError` for a root that may do neither.
    """
    if os.geteuid() != 0:
        return Identity()
    nobody = pwd.getpwnam("nobody")
    if _starts_as(uid=nobody.pw_uid, gid=nobody.pw_gid):
        return Identity(uid=nobody.pw_uid, gid=nobody.pw_gid)
    if _starts_in_namespace():
        return Identity(own_namespace=True)
    raise EmbeddedError(NO_OTHER_USER)


def _starts_as(*, uid: int, gid: int) -> bool:
    try:
        return subprocess.run(["true"], user=uid, group=gid, extra_groups=[], check=False).returncode == 0
    except (OSError, subprocess.SubprocessError):
        return False


def _starts_in_namespace() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        trial = subprocess.run(
            ["true"],
            preexec_fn=lambda: enter_namespace(libc),
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return trial.returncode == 0


def enter_namespace(libc: ctypes.CDLL) -> None:
    """Appear as `nobody` to the program about to be executed, while staying the same user outside."""
    if libc.unshare(_NEW_USER_NAMESPACE) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    for name, text in (("setgroups", "deny"), ("uid_map", f"{_NOBODY} 0 1"), ("gid_map", f"{_NOBODY} 0 1")):
        Path(f"/proc/self/{name}").write_text(text)


def reachable_by_all(path: Path) -> bool:
    """Whether another user may enter every folder on the way to `path`, and `path` itself."""
    return all(step.stat().st_mode & stat.S_IXOTH for step in (path, *path.parents))

"""Where people's files lie: a folder or a bucket, never below the web root, never with an address of its own."""

import os
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from helpdesk.lib.tenancy import tenant_key


class NoAddress(RuntimeError):
    """An address of a stored file was asked for. A fault in the code: files leave through a view that asks rights."""


class FolderStorage(FileSystemStorage):
    """A folder on this machine. A file is on the disk before its row says so.

    Raises `ImproperlyConfigured` for a folder that the settings do not name, or from which the web server serves.
    """

    def __init__(self, location: str, **options: Any) -> None:
        _refuse_folder(location)
        super().__init__(location, **options)

    def _save(self, name: str, content: "File[Any]") -> str:
        saved = str(super()._save(name, content))  # type: ignore[misc]  # the stubs leave out what storages override
        path, root = Path(self.path(saved)), Path(self.location)
        # Every folder up to the root: one that was made just now, here or by another process, is on the disk only
        # once the one above it is.
        for place in (path, *(folder for folder in path.parents if folder.is_relative_to(root))):
            _flush(place)
        return saved

    def url(self, name: str | None) -> NoReturn:
        raise NoAddress(str(name))


def _refuse_folder(location: str) -> None:
    if not location:
        raise ImproperlyConfigured("Name the folder of people's files in HELPDESK_FILES, or a bucket.")
    folder = Path(location).absolute()
    for served in filter(None, (settings.STATIC_ROOT, *settings.STATICFILES_DIRS)):
        root = Path(served).absolute()
        if folder.is_relative_to(root) or root.is_relative_to(folder):
            raise ImproperlyConfigured(f"HELPDESK_FILES ({folder}) must lie apart from {root}, which is served.")


def _flush(place: Path) -> None:
    opened = os.open(place, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def attachment_storage() -> Storage:
    """The storage of attachments, as the settings name it."""
    return storages["attachments"]


def storage_path(organisation_id: int, *parts: str | int) -> str:
    """Where something of an organisation's lies: `org/7/…`, from the one builder of keys."""
    return tenant_key(organisation_id, *parts).replace(":", "/")

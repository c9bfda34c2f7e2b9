"""The bytes of files: written to the storage as they are read, once, and measured on the way. Knows no rows."""

import hashlib
import logging
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from helpdesk.lib.errors import DomainError
from helpdesk.lib.storage import attachment_storage, storage_path
from tickets.files import SNIFFED, NameRefused, clean_name, content_type_of

logger = logging.getLogger(__name__)
CHUNK = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Content:
    """What lies in the storage, measured while it was written."""

    name: str
    storage_name: str
    content_type: str
    size: int
    sha256: str


class Measured(File):
    """A file read once from start to end, and measured on the way; refuses to be longer than the limit."""

    def __init__(self, source: Any, *, name: str) -> None:
        super().__init__(source, name)
        self.source = source
        self.head, self.length, self.digest = b"", 0, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data: bytes = self.source.read(size)
        self.length += len(data)
        if self.length > settings.ATTACHMENT_BYTES:
            raise DomainError(
                f"“{self.name}” is larger than {filesizeformat(settings.ATTACHMENT_BYTES)}, the most for one file.",
                field="file",
            )
        if len(self.head) < SNIFFED:
            self.head += data[: SNIFFED - len(self.head)]
        self.digest.update(data)
        return data

    def refuse_if_empty(self) -> None:
        if not self.length:
            raise DomainError(f"“{self.name}” is empty.", field="file")

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        while data := self.read(chunk_size or CHUNK):
            yield data

    def seekable(self) -> bool:
        return False  # a second reading would be measured too


def store_content(*, organisation_id: int, file: UploadedFile | BinaryIO, name: str) -> Content:
    """Write the content under a random name; nothing stays of what is empty, too large or cut off.

    Raises `DomainError` at the field `file` for these, and for a name that cannot be shown.
    """
    cleaned = _clean(name)
    if file.seekable():
        file.seek(0)
    key = uuid.uuid4().hex
    storage_name = storage_path(organisation_id, "files", key[:2], key)
    measured = Measured(file, name=cleaned)
    try:
        attachment_storage().save(storage_name, measured)
        measured.refuse_if_empty()
    except BaseException:
        remove_content(storage_name)
        raise
    return Content(
        name=cleaned,
        storage_name=storage_name,
        content_type=content_type_of(measured.head, name=cleaned),
        size=measured.length,
        sha256=measured.digest.hexdigest(),
    )


def remove_content(storage_name: str) -> None:
    """Remove a file's content. A storage that is away is logged: housekeeping finds what is left."""
    try:
        attachment_storage().delete(storage_name)
    except Exception as error:  # noqa: BLE001 - whatever the storage's client raises
        logger.warning("the content of %s could not be removed now: %s", storage_name, error)


def _clean(name: str) -> str:
    try:
        return clean_name(name)
    except NameRefused as error:
        raise DomainError("The file needs a name that can be shown.", field="file") from error

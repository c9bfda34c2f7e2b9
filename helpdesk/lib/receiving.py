"""Receiving uploads: how much of what a browser sends is kept, whatever it sends."""

from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class BoundedUploadHandler(FileUploadHandler):
    """First in line: lets each file through to just over the limit, and swallows the rest.

    A form with too large a file, or too many, is so still read to its end with all that was typed, and the file is
    seen to be too large; but its bytes fill neither memory nor disk. Of whoever is nobody here no file is kept at all:
    only what was typed is read, which the page that asks them to sign in gives back.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        if getattr(self.request, "member", None) is None:
            raise SkipFile
        self.files += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        is_spare = self.files > settings.ATTACHMENTS_PER_MESSAGE
        return None if is_spare or start > settings.ATTACHMENT_BYTES else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002 - the hook's signature
        return None  # the next handler holds it


def remove_leftovers(*, before: datetime) -> int:
    """Remove what processes that were killed left behind of files coming in, before the instant; returns how many.

    Only from a folder of our own, `FILE_UPLOAD_TEMP_DIR`: the system's is tidied by the system.
    """
    if not settings.FILE_UPLOAD_TEMP_DIR:
        return 0
    removed = 0
    for file in Path(settings.FILE_UPLOAD_TEMP_DIR).glob("*.upload*"):
        with suppress(FileNotFoundError):  # its request has just ended
            if file.stat().st_mtime < before.timestamp():
                file.unlink()
                removed += 1
    return removed

"""Receiving uploads: how much of what a browser sends is kept, whatever it sends."""

from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler


class BoundedUploadHandler(FileUploadHandler):
    """First in line: lets each file through to just over the limit, and swallows the rest.

    A form with too large a file, or too many, is so still read to its end with all that was typed, and the file is
    seen to be too large; but its bytes fill neither memory nor disk.
    """

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.files = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.files += 1

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        is_spare = self.files > settings.ATTACHMENTS_PER_MESSAGE
        return None if is_spare or start > settings.ATTACHMENT_BYTES else raw_data

    def file_complete(self, file_size: int) -> UploadedFile | None:  # noqa: ARG002 - the hook's signature
        return None  # the next handler holds it

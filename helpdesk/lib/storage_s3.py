"""The bucket in place of the folder. Imported only where the settings name it."""

from typing import Any, NoReturn

from storages.backends.s3 import S3Storage

from helpdesk.lib.storage import NoAddress


class BucketStorage(S3Storage):
    """A private bucket of S3 or of what speaks like it. Nobody is ever sent to it, not even by a signed address."""

    def url(self, name: str, *args: Any, **kwargs: Any) -> NoReturn:
        raise NoAddress(name)

"""Where uploaded files are kept, from the environment. Knows no Django: the settings are made of it."""

from pathlib import Path
from typing import Any

import environ

_IN_MEMORY = 2 * 1024 * 1024
FOLDER, BUCKET = "helpdesk.lib.storage.FolderStorage", "helpdesk.lib.storage_s3.BucketStorage"


def storage(env: environ.Env, *, local_folder: Path | None) -> dict[str, Any]:
    """The storage as Django names one: a bucket where `HELPDESK_S3_BUCKET` is set, else the folder `HELPDESK_FILES`.

    Without either it is `local_folder`, or in production an empty one, which the start refuses.
    """
    bucket = env.str("HELPDESK_S3_BUCKET", default="")
    if bucket:
        return {"BACKEND": BUCKET, "OPTIONS": _bucket_options(env, bucket)}
    folder = env.str("HELPDESK_FILES", default="") or (str(local_folder) if local_folder else "")
    # Nobody but the app's own user reads them, whatever that user's umask is.
    options = {"location": folder, "file_permissions_mode": 0o600, "directory_permissions_mode": 0o700}
    return {"BACKEND": FOLDER, "OPTIONS": options}


def _bucket_options(env: environ.Env, bucket: str) -> dict[str, Any]:
    given = {
        "endpoint_url": env.str("HELPDESK_S3_ENDPOINT", default=""),
        "region_name": env.str("HELPDESK_S3_REGION", default=""),
        "access_key": env.str("HELPDESK_S3_KEY", default=""),
        "secret_key": env.str("HELPDESK_S3_SECRET", default=""),
    }
    return {
        "bucket_name": bucket,
        "default_acl": "private",
        "max_memory_size": _IN_MEMORY,  # what is larger passes through a temporary file, in and out
        "file_overwrite": True,  # names are random: asking whether one is taken would cost a request
        "object_parameters": {"ContentDisposition": "attachment", "CacheControl": "private, no-store"},
        **{name: value for name, value in given.items() if value},
    }

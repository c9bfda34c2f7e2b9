"""The bucket in place of the folder: the same operations, nothing public, no address given out."""

import hashlib
from datetime import timedelta
from pathlib import Path

import boto3
import environ
import pytest
from django.core.exceptions import ImproperlyConfigured
from moto import mock_aws

from helpdesk.lib import uploads
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.storage import FolderStorage, NoAddress, attachment_storage
from tests.support import actor_of
from tickets.models import Attachment
from tickets.operations.attachments import discard_attachment
from tickets.operations.housekeeping import remove_stale_uploads
from tickets.views.files import serve_attachment

GIVEN = {
    "HELPDESK_S3_BUCKET": "helpdesk-files",
    "HELPDESK_S3_REGION": "eu-central-1",
    "HELPDESK_S3_KEY": "key",
    "HELPDESK_S3_SECRET": "secret",
}


def from_environment(monkeypatch, **given: str) -> dict:
    for name in ("HELPDESK_S3_BUCKET", "HELPDESK_S3_ENDPOINT", "HELPDESK_S3_REGION", "HELPDESK_FILES"):
        monkeypatch.delenv(name, raising=False)
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    return uploads.storage(environ.Env(), local_folder=None)


@pytest.fixture
def bucket(settings, monkeypatch):
    """An empty bucket that the settings name."""
    with mock_aws():
        made = boto3.resource("s3", region_name="eu-central-1").create_bucket(
            Bucket="helpdesk-files", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"}
        )
        settings.STORAGES = {**settings.STORAGES, "attachments": from_environment(monkeypatch, **GIVEN)}
        yield made


def keys(bucket) -> list[str]:
    return [one.key for one in bucket.objects.all()]


@pytest.mark.parametrize("size", [5, 9 * 1024 * 1024])
def test_content_goes_to_the_bucket_whole_and_is_measured_once(world, everything, attach, bucket, size):
    content = b"x" * size
    file = attach(world.alice, content)
    assert (file.size, file.sha256) == (size, hashlib.sha256(content).hexdigest())
    assert keys(bucket) == [file.storage_name]
    with attachment_storage().open(file.storage_name) as stored:
        assert stored.read() == content


def test_a_download_comes_through_the_helpdesk_itself(world, everything, attach, bucket):
    content = b"x" * (3 * 1024 * 1024)
    answer = serve_attachment(attach(world.alice, content))
    assert b"".join(answer.streaming_content) == content
    assert answer.headers["Content-Length"] == str(len(content))
    answer.close()


def test_nothing_in_the_bucket_is_public_or_has_an_address(world, everything, attach, bucket):
    file = attach(world.alice, b"<html>")
    grants = bucket.Object(file.storage_name).Acl().grants
    assert [grant["Grantee"]["Type"] for grant in grants] == ["CanonicalUser"]
    head = bucket.Object(file.storage_name)
    assert (head.content_type, head.content_disposition) == ("application/octet-stream", "attachment")
    with pytest.raises(NoAddress):
        attachment_storage().url(file.storage_name)


def test_what_is_refused_leaves_nothing_in_the_bucket(world, everything, attach, bucket, settings):
    settings.ATTACHMENT_BYTES = 1000
    for content in (b"", b"x" * 1001):
        with pytest.raises(DomainError):
            attach(world.alice, content)
    assert (keys(bucket), Attachment.objects.count()) == ([], 0)


def test_discarded_and_stale_files_leave_the_bucket(
    world, everything, attach, bucket, django_capture_on_commit_callbacks
):
    now = database_now()
    discarded, kept = attach(world.alice), attach(world.alice)
    attach(world.alice, at=now - timedelta(hours=25))
    bucket.put_object(Key=f"org/{world.acme.pk}/files/aa/aa1", Body=b"an orphan")
    with django_capture_on_commit_callbacks(execute=True):
        discard_attachment(attachment_id=discarded.public_id, actor=actor_of(world.alice))
        assert remove_stale_uploads(at=now) == 1
    assert set(keys(bucket)) == {f"org/{world.acme.pk}/files/aa/aa1", kept.storage_name}
    with django_capture_on_commit_callbacks(execute=True):
        remove_stale_uploads(at=now + timedelta(hours=25))
    assert keys(bucket) == []


def test_the_bucket_is_made_of_the_environment(monkeypatch):
    found = from_environment(monkeypatch, **GIVEN, HELPDESK_S3_ENDPOINT="https://s3.example.com", HELPDESK_FILES="/x")
    assert found["BACKEND"] == "helpdesk.lib.storage_s3.BucketStorage"
    options = found["OPTIONS"]
    assert (options["bucket_name"], options["endpoint_url"]) == ("helpdesk-files", "https://s3.example.com")
    assert (options["region_name"], options["access_key"], options["secret_key"]) == ("eu-central-1", "key", "secret")


def test_without_a_bucket_it_is_the_named_folder_and_without_both_the_local_one(monkeypatch):
    assert from_environment(monkeypatch, HELPDESK_FILES="/files")["OPTIONS"]["location"] == "/files"
    local = uploads.storage(environ.Env(), local_folder=Path("/data/files"))
    assert local["OPTIONS"]["location"] == "/files"
    monkeypatch.delenv("HELPDESK_FILES")
    assert uploads.storage(environ.Env(), local_folder=Path("/data/files"))["OPTIONS"]["location"] == "/data/files"
    assert uploads.storage(environ.Env(), local_folder=None)["OPTIONS"]["location"] == ""


@pytest.mark.parametrize("location", ["", "static", "static/inner", "."])
def test_a_folder_that_is_not_named_or_that_is_served_is_refused(settings, tmp_path, monkeypatch, location):
    monkeypatch.chdir(tmp_path)
    settings.STATIC_ROOT, settings.STATICFILES_DIRS = str(tmp_path / "static"), []
    with pytest.raises(ImproperlyConfigured, match="HELPDESK_FILES"):
        FolderStorage(location)
    assert FolderStorage("files").location == str(tmp_path / "files")

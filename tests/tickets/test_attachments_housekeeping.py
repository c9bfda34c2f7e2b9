"""Uploads that led nowhere are removed after a day; whatever a ticket holds stays for ever."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile

from helpdesk.audit.models import AuditEntry
from helpdesk.lib.clock import database_now
from helpdesk.lib.storage import attachment_storage, storage_path
from helpdesk.lib.tenancy import system_scope
from tickets.models import Attachment, AttachmentUse
from tickets.operations.housekeeping import remove_stale_uploads

DAY = timedelta(hours=24)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def now(everything):
    return database_now()


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """What a commit sets off happens at once, as the whole test is one transaction."""
    with django_capture_on_commit_callbacks(execute=True):
        yield


def tidy(callbacks, **more) -> int:
    with callbacks(execute=True):
        return remove_stale_uploads(**more)


def grow_old(folder: Path, name: str, *, by: timedelta) -> None:
    path = folder / name
    then = path.stat().st_mtime - by.total_seconds()
    os.utime(path, (then, then))


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_a_staged_file_is_removed_after_a_day_with_its_content_and_its_bytes(
    world, now, attach, files_folder, django_capture_on_commit_callbacks
):
    stale = attach(world.alice, b"12345", at=now - DAY - MINUTE)
    fresh = attach(world.alice, b"123", at=now - DAY + MINUTE)
    foreign = attach(world.bob, b"1", organisation=world.globex, at=now - DAY - MINUTE)
    assert tidy(django_capture_on_commit_callbacks, at=now) == 2
    assert list(Attachment.objects.all()) == [fresh]
    assert names(files_folder) == {fresh.storage_name}
    assert dict(AttachmentUse.objects.values_list("organisation__key", "used")) == {"ACME": 3, "GLOBEX": 0}
    logged = AuditEntry.objects.filter(action="attachment.expire").order_by("pk")
    assert [(one.organisation, one.actor_kind, one.data) for one in logged] == [
        (world.acme, "system", {"files": [str(stale.public_id)]}),
        (world.globex, "system", {"files": [str(foreign.public_id)]}),
    ]


def test_what_a_ticket_holds_is_never_removed(
    world, now, submit, attach, files_folder, django_capture_on_commit_callbacks
):
    file = attach(world.alice, at=now - DAY - MINUTE)
    submit(attachments=[file.public_id])
    grow_old(files_folder, file.storage_name, by=DAY * 400)
    assert tidy(django_capture_on_commit_callbacks, at=now) == 0
    assert names(files_folder) == {file.storage_name}


def test_more_than_a_batch_is_removed_in_batches(
    world, now, attach, files_folder, settings, django_capture_on_commit_callbacks
):
    for _ in range(5):
        attach(world.alice, at=now - DAY - MINUTE)
    assert tidy(django_capture_on_commit_callbacks, at=now, batch=2) == 5
    assert names(files_folder) == set()
    logged = AuditEntry.objects.filter(action="attachment.expire").order_by("pk")
    assert [len(one.data["files"]) for one in logged] == [2, 2, 1]


def orphan(organisation, key: str) -> str:
    return attachment_storage().save(storage_path(organisation.pk, "files", key[:2], key), ContentFile(b"half"))


def test_content_without_a_row_is_removed_after_a_day(
    world, now, attach, files_folder, django_capture_on_commit_callbacks
):
    kept = attach(world.alice)
    old = [orphan(world.acme, key) for key in ("aa1", "aa2", "bb3")]
    young = orphan(world.globex, "cc4")
    for name in (kept.storage_name, *old):
        grow_old(files_folder, name, by=DAY + MINUTE)
    assert tidy(django_capture_on_commit_callbacks, batch=2) == 3
    assert names(files_folder) == {kept.storage_name, young}


def test_the_folders_of_organisations_that_this_database_does_not_know_are_left_alone(
    world, now, files_folder, django_capture_on_commit_callbacks
):
    class Unknown:
        pk = 999_999

    name = orphan(Unknown, "aa1")
    grow_old(files_folder, name, by=DAY * 400)
    assert tidy(django_capture_on_commit_callbacks) == 0
    assert names(files_folder) == {name}


def test_with_nothing_ever_uploaded_there_is_nothing_to_do(world, now, files_folder):
    assert remove_stale_uploads(at=now) == 0


def test_content_that_cannot_be_removed_now_is_left_for_the_next_time(
    world, now, attach, files_folder, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    file = attach(world.alice, at=now - DAY - MINUTE)
    storage = type(attachment_storage())
    with monkeypatch.context() as away:
        away.setattr(storage, "delete", lambda self, name: (_ for _ in ()).throw(OSError("the disk is away")))
        assert tidy(django_capture_on_commit_callbacks, at=now) == 1
    assert "the disk is away" in caplog.text
    assert names(files_folder) == {file.storage_name}
    grow_old(files_folder, file.storage_name, by=DAY + MINUTE)
    assert tidy(django_capture_on_commit_callbacks, at=now) == 1
    assert names(files_folder) == set()


def test_content_that_goes_while_it_is_looked_at_does_not_end_the_work(
    world, now, files_folder, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    gone, old = orphan(world.acme, "aa1"), orphan(world.acme, "bb2")
    grow_old(files_folder, old, by=DAY + MINUTE)
    storage = type(attachment_storage())
    really = storage.get_modified_time

    def asked(self, name):
        (files_folder / gone).unlink(missing_ok=True)
        return really(self, name)

    monkeypatch.setattr(storage, "get_modified_time", asked)
    assert tidy(django_capture_on_commit_callbacks) == 1
    assert names(files_folder) == set()
    assert "could not be tidied" not in caplog.text


def test_one_organisations_fault_does_not_keep_the_others_from_being_tidied(
    world, now, files_folder, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    stuck, old = orphan(world.acme, "aa1"), orphan(world.globex, "bb2")
    for name in (stuck, old):
        grow_old(files_folder, name, by=DAY + MINUTE)
    storage = type(attachment_storage())
    really = storage.listdir

    def asked(self, path):
        if path == storage_path(world.acme.pk, "files"):
            raise PermissionError("not for you")
        return really(self, path)

    monkeypatch.setattr(storage, "listdir", asked)
    assert tidy(django_capture_on_commit_callbacks) == 1
    assert names(files_folder) == {stuck}
    assert f"uploads of organisation {world.acme.pk} could not be tidied now" in caplog.text
    assert "not for you" in caplog.text


def test_what_a_killed_process_left_of_files_coming_in_goes_after_a_day(world, now, files_folder, settings, tmp_path):
    incoming = tmp_path / "incoming"
    incoming.mkdir()
    settings.FILE_UPLOAD_TEMP_DIR = str(incoming)
    for name in ("tmpold.upload.png", "tmpyoung.upload", "else.txt"):
        (incoming / name).write_bytes(b"half")
    for name in ("tmpold.upload.png", "else.txt"):
        grow_old(incoming, name, by=DAY + MINUTE)
    assert remove_stale_uploads() == 0
    assert names(incoming) == {"tmpyoung.upload", "else.txt"}


def test_the_task_is_rung_once_a_day(settings):
    from tickets.tasks import remove_stale_uploads_task

    entry = settings.CELERY_BEAT_SCHEDULE["uploads"]
    assert entry["task"] == remove_stale_uploads_task.name
    assert (entry["schedule"].hour, entry["schedule"].minute) == ({21}, {30})


def test_the_task_removes_what_is_stale(world, attach, files_folder, django_capture_on_commit_callbacks):
    from tickets.tasks import remove_stale_uploads_task

    with system_scope("an old upload"):
        attach(world.alice, at=database_now() - DAY - MINUTE)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_stale_uploads_task() == 1
    assert names(files_folder) == set()

"""Files when things go wrong: a process that ends in the middle, a transaction that fails, two at the same moment."""

import threading
from io import BytesIO
from pathlib import Path

import pytest
from django.db import connection, transaction

from helpdesk.lib.errors import DomainError
from helpdesk.lib.tenancy import scope, system_scope
from tests.support import actor_of
from tickets.models import Attachment, AttachmentUse
from tickets.operations.attachments import upload_attachment, upload_attachments
from tickets.operations.conversation import reply
from tickets.operations.intake import open_ticket

CRASHED = 86


def stored(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def upload(world, person, content: bytes = b"12345", *, organisation=None) -> Attachment:
    organisation = organisation or world.acme
    with scope({organisation.pk}):
        return upload_attachment(organisation=organisation, file=BytesIO(content), name="a.txt", actor=actor_of(person))


def test_a_process_that_dies_between_content_and_row_leaves_content_only(committed_world, files_folder, run_process):
    world = committed_world
    assert run_process(lambda: upload(world, world.alice), crash_at="upload.stored") == CRASHED
    with system_scope("what stands in the database"):
        assert not Attachment.objects.exists()
        assert not AttachmentUse.objects.exists()
    assert len(stored(files_folder)) == 1
    kept = upload(world, world.alice)
    with system_scope("what stands in the database"):
        assert list(Attachment.objects.all()) == [kept]
        assert AttachmentUse.objects.get().used == 5
    assert kept.storage_name in stored(files_folder)


def test_a_transaction_that_fails_later_leaves_no_row_and_counts_no_byte(committed_world, files_folder):
    world = committed_world
    with transaction.atomic():
        upload(world, world.alice)
        transaction.set_rollback(True)
    with system_scope("what stands in the database"):
        assert not Attachment.objects.exists()
        assert not AttachmentUse.objects.exists()
    assert len(stored(files_folder)) == 1, "content that housekeeping removes"


def at_once(*works) -> list[object]:
    """Run each in a thread with its own connection, all starting together; gives results or refusals, in order."""
    barrier, results = threading.Barrier(len(works)), [None] * len(works)

    def run(index: int, work) -> None:
        barrier.wait()
        try:
            results[index] = work()
        except DomainError as error:
            results[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def split(results) -> tuple[list[Attachment], list[str]]:
    done = [one for one in results if isinstance(one, Attachment)]
    return done, [one.message for one in results if isinstance(one, DomainError)]


def test_uploads_at_once_cannot_together_pass_the_organisations_room(committed_world, files_folder, settings):
    settings.ATTACHMENT_BYTES_PER_ORGANISATION = 12
    world = committed_world
    people = (world.alice, world.amara, world.agent) * 2
    done, refused = split(at_once(*(lambda who=who: upload(world, who) for who in people)))
    assert (len(done), len(refused)) == (2, 4)
    assert set(refused) == {"“a.txt” does not fit: Acme Trading has used up its room for files."}
    with system_scope("what stands in the database"):
        assert AttachmentUse.objects.get().used == sum(Attachment.objects.values_list("size", flat=True)) == 10
    assert stored(files_folder) == sorted(file.storage_name for file in done), "the refused ones left nothing behind"


class Slow(BytesIO):
    """A file that takes its time: while its content is stored, somebody else uploads one."""

    def __init__(self, content: bytes, meanwhile) -> None:
        super().__init__(content)
        self.meanwhile = meanwhile

    def read(self, size: int | None = -1) -> bytes:
        if self.meanwhile is not None:
            other = threading.Thread(target=at_once, args=(self.meanwhile,), daemon=True)
            self.meanwhile = None
            other.start()
            other.join(timeout=10)
        return super().read(size)


def test_nobody_waits_while_another_persons_second_file_is_stored(committed_world, files_folder):
    world, done = committed_world, []
    old = upload(world, world.alice)
    files = [
        (BytesIO(b"one"), "one.txt"),
        (Slow(b"two", lambda: done.append(upload(world, world.amara))), "two.txt"),
        (BytesIO(b""), "three.txt"),
    ]
    with transaction.atomic(), scope({world.acme.pk}):
        rows = upload_attachments(
            organisation=world.acme, files=files, in_place_of=[old.public_id], actor=actor_of(world.alice)
        )
        assert len(done) == 1
    kept, refused = split(rows)
    assert ([file.name for file in kept], refused) == (["one.txt", "two.txt"], ["“three.txt” is empty."])
    assert stored(files_folder) == sorted(file.storage_name for file in (*kept, *done))


def test_an_upload_that_fails_takes_back_every_content_that_it_stored(committed_world, files_folder, monkeypatch):
    world = committed_world

    def fails(**given):
        raise RuntimeError("the audit is away")

    monkeypatch.setattr("tickets.operations.attachments.record", fails)
    files = [(BytesIO(b"one"), "one.txt"), (BytesIO(b"two"), "two.txt")]
    with scope({world.acme.pk}), pytest.raises(RuntimeError, match="the audit is away"):
        upload_attachments(organisation=world.acme, files=files, actor=actor_of(world.alice))
    assert stored(files_folder) == []


def test_one_organisations_room_is_not_anothers(committed_world, files_folder, settings):
    settings.ATTACHMENT_BYTES_PER_ORGANISATION = 5
    world = committed_world
    upload(world, world.agent)
    upload(world, world.agent, organisation=world.globex)
    with pytest.raises(DomainError, match="Globex has used up its room"):
        upload(world, world.agent, organisation=world.globex)


def test_uploads_at_once_cannot_together_pass_a_persons_number_of_staged_files(committed_world, files_folder, settings):
    settings.ATTACHMENTS_STAGED = 3
    world = committed_world
    done, refused = split(at_once(*(lambda: upload(world, world.alice) for _ in range(6))))
    assert (len(done), len(refused)) == (3, 3)
    upload(world, world.amara)


def test_a_file_sent_with_two_messages_at_once_goes_with_one(committed_world, files_folder):
    world = committed_world
    with system_scope("two tickets"):
        tickets = [
            open_ticket(
                organisation=world.acme, requester=world.alice, subject=subject, description="It fails.",
                severity="P3", actor=actor_of(world.alice),
            )
            for subject in ("One", "Two")
        ]  # fmt: skip
    file = upload(world, world.alice)

    def send(ticket):
        with scope({world.acme.pk}):
            return reply(ticket=ticket, actor=actor_of(world.alice), body="See the file.", attachments=[file.public_id])

    results = at_once(*(lambda ticket=ticket: send(ticket) for ticket in tickets))
    (refused,) = [one for one in results if isinstance(one, DomainError)]
    assert refused.field == "attachments"
    (entry,) = [one for one in results if not isinstance(one, DomainError)]
    with system_scope("what stands in the database"):
        assert Attachment.objects.get().entry == entry

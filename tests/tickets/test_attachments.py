"""Files through the operations: staged by one person, bound once, and seen by who may see their entry."""

import hashlib
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from helpdesk.accounts.models import User
from helpdesk.accounts.queries import member_of
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.actors import SYSTEM, Actor, ActorKind
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.storage import NoAddress, attachment_storage
from helpdesk.lib.tenancy import scope, system_scope
from tests.support import actor_of, colombo
from tickets.models import Attachment, AttachmentUse, Ticket, TimelineEntry
from tickets.operations.attachments import NOT_YOURS, discard_attachment, upload_attachment
from tickets.operations.conversation import add_note, reply
from tickets.operations.intake import open_ticket
from tickets.operations.status import resolve
from tickets.queries import AttachmentNotFound, attachments_of, get_attachment, staged_files

LATER = colombo("2026-11-16 11:00")


def member(person):
    user = getattr(person, "user", person)
    found = member_of(User.objects.select_related("staff_member", "membership__organisation").get(pk=user.pk))
    assert found is not None
    return found


def bind(ticket, person, *ids, operation=reply):
    return operation(ticket=ticket, actor=actor_of(person), body="See the file.", attachments=ids, at=LATER)


def refusal(ticket, person, *ids, operation=reply) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        bind(ticket, person, *ids, operation=operation)
    assert refused.value.field == "attachments"
    return refused.value.message


def same_refusal(public_id) -> str:
    return NOT_YOURS.format(public_id)


# --- staging ------------------------------------------------------------------------------------------------


def test_an_upload_is_measured_named_and_stored_under_a_name_that_tells_nothing(world, everything, attach):
    content = b"what the screen says"
    file = attach(world.alice, content, name="../Screen shot.txt", at=LATER)
    file.refresh_from_db()
    assert (file.organisation, file.uploaded_by, file.uploaded_at) == (world.acme, world.alice, LATER)
    assert (file.name, file.content_type, file.size) == ("Screen shot.txt", "text/plain", len(content))
    assert file.sha256 == hashlib.sha256(content).hexdigest()
    assert (file.ticket, file.entry, file.is_public) == (None, None, False)
    folder, owner, kind, shelf, key = file.storage_name.split("/")
    assert (folder, owner, kind, shelf) == ("org", str(world.acme.pk), "files", key[:2])
    assert uuid.UUID(hex=key).version == 4
    assert str(file.public_id).replace("-", "") != key, "a link tells nothing of where the content lies"
    with attachment_storage().open(file.storage_name) as stored:
        assert stored.read() == content
    (logged,) = AuditEntry.objects.filter(action="attachment.upload")
    assert (logged.actor, logged.data["sha256"]) == (world.alice, file.sha256)


def test_the_storage_gives_no_address_to_anybody(world, everything, attach):
    with pytest.raises(NoAddress):
        attachment_storage().url(attach(world.alice).storage_name)


def test_the_content_is_readable_by_the_apps_own_user_only(world, everything, attach, files_folder):
    file = attach(world.alice)
    path = files_folder / file.storage_name
    assert [place.stat().st_mode & 0o777 for place in (path, path.parent, path.parents[2])] == [0o600, 0o700, 0o700]


def test_a_file_is_on_the_disk_with_every_folder_above_it_before_its_row(
    world, everything, attach, files_folder, monkeypatch
):
    flushed = []
    really = os.fsync

    def fsync(opened: int) -> None:
        flushed.append(str(Path(f"/proc/self/fd/{opened}").readlink()))
        really(opened)

    monkeypatch.setattr(os, "fsync", fsync)
    row = attach(world.alice)
    parts = [files_folder, *row.storage_name.split("/")]
    assert flushed == [str(Path(*parts[:count])) for count in range(len(parts), 0, -1)]


def test_who_may_not_reply_and_who_is_nobody_uploads_nothing(world, everything, attach, files_folder):
    nobody = Actor(kind=ActorKind.CLIENT, name="Nobody", user_id=world.alice.pk, capabilities=frozenset())
    for actor in (nobody, SYSTEM):
        with pytest.raises(Forbidden):
            attach(world.alice, actor=actor)
    assert not files_folder.exists()


def test_row_27_and_28_a_file_is_read_once_and_never_opened_by_a_renderer(world, everything):
    """rows 27 and 28: no preview, thumbnail or conversion looks into a file; only its first bytes tell its type."""

    class Once:
        def __init__(self) -> None:
            self.chunks, self.seeks = [b"%PDF-1.7 <iframe src='file:///etc/passwd'>", b""], 0

        def seekable(self) -> bool:
            return False

        def read(self, size: int) -> bytes:
            return self.chunks.pop(0)

    source = Once()
    actor = actor_of(world.alice)
    file = upload_attachment(organisation=world.acme, file=source, name="a.pdf", actor=actor)
    assert (file.content_type, source.chunks) == ("application/pdf", [])


# --- binding ------------------------------------------------------------------------------------------------


def test_a_new_ticket_a_reply_a_note_and_a_resolution_take_files(world, submit, attach):
    opening, answer, note, end = (attach(who) for who in (world.alice, world.agent, world.agent, world.agent))
    ticket = submit(attachments=[opening.public_id])
    bind(ticket, world.agent, answer.public_id)
    bind(ticket, world.agent, note.public_id, operation=add_note)
    resolve(ticket=ticket, actor=actor_of(world.agent), attachments=[end.public_id], at=LATER)
    found = attachments_of(ticket, member=member(world.agent))
    assert [(file.pk, file.entry.kind, file.is_public) for file in found] == [
        (opening.pk, "opened", True),
        (answer.pk, "reply", True),
        (note.pk, "note", False),
        (end.pk, "resolved", True),
    ]
    assert {file.entry.ticket_id for file in found} == {ticket.pk}
    bound = AuditEntry.objects.filter(action="attachment.bind")
    assert [entry.subject for entry in bound] == [ticket.reference] * 4


def test_a_message_without_files_binds_none(world, submit, attach):
    waiting = attach(world.alice)
    bind(submit(), world.alice)
    waiting.refresh_from_db()
    assert waiting.ticket is None


def test_a_file_named_twice_is_bound_once(world, submit, attach):
    file = attach(world.alice)
    bind(submit(), world.alice, file.public_id, file.public_id)
    assert AuditEntry.objects.filter(action="attachment.bind").count() == 1


def test_a_file_alone_is_no_reply(world, submit, attach):
    file = attach(world.alice)
    with pytest.raises(DomainError, match="Write the reply first"):
        reply(ticket=submit(), actor=actor_of(world.alice), body=" ", attachments=[file.public_id])


@pytest.mark.parametrize("operation", [reply, add_note])
def test_rows_10_and_13_whatever_is_not_ones_own_staged_file_is_refused_in_the_same_words(
    world, submit, attach, operation
):
    """rows 10, 13: foreign, another person's, bound already and missing."""
    ticket, who = submit(), world.agent
    foreign = attach(who, organisation=world.globex)
    anothers, bound = attach(world.amara), attach(who)
    bind(ticket, who, bound.public_id)
    for public_id in (foreign.public_id, anothers.public_id, bound.public_id, uuid.uuid4(), uuid.UUID(int=0)):
        assert refusal(ticket, who, public_id, operation=operation) == same_refusal(public_id)
    assert set(Attachment.objects.filter(ticket=None)) == {foreign, anothers}
    assert TimelineEntry.objects.filter(ticket=ticket, kind__in=("reply", "note")).count() == 1


def test_one_refused_file_binds_none_and_writes_nothing(world, submit, attach):
    ticket, mine = submit(), attach(world.alice)
    missing = uuid.uuid4()
    assert refusal(ticket, world.alice, mine.public_id, missing) == same_refusal(missing)
    mine.refresh_from_db()
    assert mine.ticket is None
    assert not TimelineEntry.objects.filter(ticket=ticket, kind="reply").exists()


def test_row_13_a_new_ticket_cannot_take_a_foreign_file(world, submit, attach):
    """row 13"""
    foreign = attach(world.bob, organisation=world.globex)
    with pytest.raises(DomainError) as refused, transaction.atomic():
        submit(attachments=[foreign.public_id])
    assert refused.value.message == same_refusal(foreign.public_id)
    assert not Ticket.objects.exists()


def test_a_ticket_submitted_twice_keeps_the_files_of_the_first_time(world, submit, attach):
    first, second, key = attach(world.alice), attach(world.alice), uuid.uuid4()
    ticket = submit(submission_key=key, attachments=[first.public_id])
    assert submit(submission_key=key, attachments=[second.public_id]) == ticket
    assert attachments_of(ticket, member=member(world.alice)) == [first]


# --- what the database holds --------------------------------------------------------------------------------


@pytest.fixture
def bound(world, submit, attach) -> Attachment:
    file = attach(world.alice)
    submit(attachments=[file.public_id])
    file.refresh_from_db()
    return file


def run(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("change", ["name = 'b'", "is_public = false", "ticket_id = NULL, entry_id = NULL", "size = 1"])
def test_a_bound_file_is_never_changed_unbound_or_removed(bound, change):
    with pytest.raises(DatabaseError, match="a bound attachment is never changed"):
        run(f"UPDATE tickets_attachment SET {change} WHERE id = %s", bound.pk)  # noqa: S608 - our own words
    with pytest.raises(DatabaseError, match="a bound attachment is never changed"):
        run("DELETE FROM tickets_attachment WHERE id = %s", bound.pk)


@pytest.mark.parametrize("column", ["name", "content_type", "sha256", "storage_name"])
def test_a_staged_file_is_never_edited(world, everything, attach, column):
    with pytest.raises(DatabaseError, match="an attachment is never edited"):
        run(f"UPDATE tickets_attachment SET {column} = 'x' WHERE id = %s", attach(world.alice).pk)  # noqa: S608


def test_a_file_is_bound_to_an_entry_of_its_own_ticket_only(world, submit, attach):
    entry, other = submit().timeline.get(), submit()
    with pytest.raises(IntegrityError, match="entry_id_as_visible"):
        run(
            "UPDATE tickets_attachment SET ticket_id = %s, entry_id = %s, is_public = true WHERE id = %s",
            other.pk, entry.pk, attach(world.alice).pk,
        )  # fmt: skip


def test_the_file_of_an_internal_note_cannot_be_made_public(world, submit, attach):
    note = bind(submit(), world.agent, operation=add_note)
    with pytest.raises(IntegrityError, match="entry_id_as_visible"):
        run(
            "UPDATE tickets_attachment SET ticket_id = %s, entry_id = %s, is_public = true WHERE id = %s",
            note.ticket_id, note.pk, attach(world.agent).pk,
        )  # fmt: skip


def test_a_file_is_never_bound_to_another_organisations_ticket(world, submit, attach):
    ticket = submit()
    file = attach(world.bob, organisation=world.globex)
    with pytest.raises(IntegrityError, match=r"same_organisation|entry_id_as_visible"):
        run(
            "UPDATE tickets_attachment SET ticket_id = %s, entry_id = %s, is_public = true WHERE id = %s",
            ticket.pk, ticket.timeline.get().pk, file.pk,
        )  # fmt: skip


def test_a_file_is_bound_to_a_ticket_and_an_entry_or_to_neither(world, submit, attach):
    with pytest.raises(IntegrityError, match="tickets_attachment_bound_whole"):
        run("UPDATE tickets_attachment SET ticket_id = %s WHERE id = %s", submit().pk, attach(world.alice).pk)


# --- who sees what ------------------------------------------------------------------------------------------


def found(person, public_id) -> bool:
    who = member(person)
    with scope(who.organisation_ids):
        try:
            return get_attachment(who, public_id).public_id == public_id
        except AttachmentNotFound:
            return False


def test_rows_10_and_11_a_known_id_opens_a_file_to_its_readers_only(world, submit, attach):
    """rows 10, 11: another organisation's people, another person of the same organisation, staff who do not serve."""
    file = attach(world.alice)
    submit(attachments=[file.public_id])
    readers = {"alice", "amara", "agent", "manager", "deputy", "admin"}
    everybody = readers | {"bob", "narrow"}
    assert {name for name in everybody if found(getattr(world, name), file.public_id)} == readers


def test_row_11_a_colleagues_ticket_keeps_its_files_from_a_client_user(world, submit, attach):
    """row 11"""
    file = attach(world.amara)
    submit(requester=world.amara, actor=actor_of(world.amara), attachments=[file.public_id])
    assert [found(who, file.public_id) for who in (world.amara, world.alice)] == [True, False]


def test_row_47_an_internal_file_is_never_a_clients(world, submit, attach):
    """row 47: neither in the list of a ticket's files nor by its id; and what is public is listed exactly."""
    ticket = submit()
    public, internal = attach(world.agent), attach(world.agent)
    bind(ticket, world.agent, public.public_id)
    bind(ticket, world.agent, internal.public_id, operation=add_note)
    for client in (world.alice, world.amara):
        assert attachments_of(ticket, member=member(client)) == [public]
        assert [found(client, file.public_id) for file in (public, internal)] == [True, False]
    assert attachments_of(ticket, member=member(world.agent)) == [public, internal]


def test_a_staged_file_is_invisible_to_everybody_but_its_uploader(world, everything, attach):
    file = attach(world.alice)
    everybody = ("alice", "amara", "bob", "agent", "narrow", "manager", "admin")
    assert [name for name in everybody if found(getattr(world, name), file.public_id)] == ["alice"]
    assert staged_files(member(world.alice), organisation_id=world.acme.pk) == [file]
    assert staged_files(member(world.amara), organisation_id=world.acme.pk) == []
    assert staged_files(member(world.alice), organisation_id=world.globex.pk) == []


# --- discarding ---------------------------------------------------------------------------------------------


def test_a_discarded_file_is_gone_with_its_content_and_its_bytes(
    world, attach, files_folder, django_capture_on_commit_callbacks
):
    with scope({world.acme.pk}):
        file, kept = attach(world.alice, b"12345"), attach(world.alice, b"123")
        assert AttachmentUse.objects.get().used == 8
        with django_capture_on_commit_callbacks(execute=True):
            discard_attachment(attachment_id=file.public_id, actor=actor_of(world.alice))
            assert (files_folder / file.storage_name).exists(), "until it is committed that its row is gone"
        assert list(Attachment.objects.all()) == [kept]
        assert AttachmentUse.objects.get().used == 3
    assert not (files_folder / file.storage_name).exists()
    assert (files_folder / kept.storage_name).exists()


def test_nobody_discards_what_is_bound_or_anothers(world, submit, attach, bound):
    anothers = attach(world.amara)
    for public_id in (bound.public_id, anothers.public_id, uuid.uuid4()):
        with pytest.raises(DomainError) as refused:
            discard_attachment(attachment_id=public_id, actor=actor_of(world.alice))
        assert (refused.value.message, refused.value.field) == (same_refusal(public_id), "attachments")
    assert Attachment.objects.count() == 2


def test_an_upload_for_an_organisation_outside_ones_scope_is_refused_and_leaves_nothing(world, attach, files_folder):
    with scope({world.acme.pk}), pytest.raises(DatabaseError), transaction.atomic():
        attach(world.alice, organisation=world.globex)
    assert [path for path in files_folder.rglob("*") if path.is_file()] == []
    with system_scope("what stands in the database"):
        assert not Attachment.objects.exists()


def test_an_upload_at_a_given_instant_stands_at_it(world, everything, attach):
    assert attach(world.alice, at=LATER - timedelta(days=1)).uploaded_at == colombo("2026-11-15 11:00")


def test_a_clients_first_file_comes_with_the_ticket(world, everything, attach):
    file = attach(world.alice)
    ticket = open_ticket(
        organisation=world.acme, requester=world.alice, subject="It fails", description="See the file.",
        severity="P3", actor=actor_of(world.alice), attachments=[file.public_id],
    )  # fmt: skip
    assert [one.name for one in attachments_of(ticket, member=member(world.alice))] == ["screen.txt"]

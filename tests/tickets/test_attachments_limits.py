"""How much fits: into one file, one message, one ticket, one organisation; and nothing stays of what does not."""

import re

import pytest
from django.db import transaction

from helpdesk.lib.errors import DomainError
from tests.support import actor_of, colombo
from tickets.models import Attachment, AttachmentUse
from tickets.operations.conversation import reply

LATER = colombo("2026-11-16 11:00")


def refused_upload(attach, person, content: bytes = b"x", **more) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        attach(person, content, **more)
    assert refused.value.field == "file"
    return refused.value.message


def send(ticket, person, files) -> None:
    ids = [file.public_id for file in files]
    reply(ticket=ticket, actor=actor_of(person), body="See the files.", attachments=ids, at=LATER)


def refused_message(ticket, person, files) -> str:
    with pytest.raises(DomainError) as refused, transaction.atomic():
        send(ticket, person, files)
    assert refused.value.field == "attachments"
    return refused.value.message


def left(folder) -> list[str]:
    return [path.name for path in folder.rglob("*") if path.is_file()]


def test_the_limits_are_those_of_the_documentation(settings):
    mb = 1024 * 1024
    assert 25 * mb == settings.ATTACHMENT_BYTES
    assert (settings.ATTACHMENTS_PER_MESSAGE, settings.ATTACHMENTS_PER_TICKET) == (10, 100)
    assert 200 * mb == settings.ATTACHMENT_BYTES_PER_TICKET
    assert 5 * 1024 * mb == settings.ATTACHMENT_BYTES_PER_ORGANISATION
    assert settings.ATTACHMENTS_STAGED == 20


def test_the_proxy_lets_the_largest_message_through(settings):
    text = (settings.BASE_DIR / "deploy" / "proxy" / "Caddyfile").read_text()
    most = int(re.search(r"max_size (\d+)MB", text)[1]) * 1_000_000
    message = settings.ATTACHMENTS_PER_MESSAGE * settings.ATTACHMENT_BYTES
    assert most >= message + settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_an_empty_file_is_refused_and_leaves_nothing(world, everything, attach, files_folder):
    assert refused_upload(attach, world.alice, b"", name="a.txt") == "“a.txt” is empty."
    assert (left(files_folder), Attachment.objects.count(), AttachmentUse.objects.count()) == ([], 0, 0)


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(world, everything, attach, files_folder, settings):
    settings.ATTACHMENT_BYTES = 100_000
    attach(world.alice, b"x" * 100_000)
    message = refused_upload(attach, world.alice, b"x" * 100_001, name="a.txt")
    assert message == "“a.txt” is larger than 97.7\xa0KB, the most for one file."
    assert (len(left(files_folder)), Attachment.objects.count()) == (1, 1)


def test_row_29_a_name_of_which_nothing_is_left_is_refused_before_anything_is_stored(
    world, everything, attach, files_folder
):
    """row 29"""
    assert refused_upload(attach, world.alice, name="\u200b.") == "The file needs a name that can be shown."
    assert left(files_folder) == []


def test_the_organisations_room_ends_with_its_last_byte(world, everything, attach, files_folder, settings):
    settings.ATTACHMENT_BYTES_PER_ORGANISATION = 10
    attach(world.alice, b"x" * 7)
    attach(world.amara, b"x" * 3)
    assert "Acme Trading has used up its room" in refused_upload(attach, world.agent, b"x")
    assert AttachmentUse.objects.get().used == 10
    assert len(left(files_folder)) == 2


def test_too_many_staged_files_wait_for_a_message(world, submit, attach, settings):
    settings.ATTACHMENTS_STAGED = 2
    files = [attach(world.alice), attach(world.alice)]
    assert "2 of your files wait already" in refused_upload(attach, world.alice)
    attach(world.amara)
    attach(world.agent)
    send(submit(), world.alice, files)
    attach(world.alice)


def test_staged_files_are_counted_for_each_organisation(world, everything, attach, settings):
    settings.ATTACHMENTS_STAGED = 1
    attach(world.agent)
    attach(world.agent, organisation=world.globex)


def test_a_message_takes_so_many_files_and_no_more(world, submit, attach, settings):
    settings.ATTACHMENTS_PER_MESSAGE = 2
    ticket, files = submit(), [attach(world.alice) for _ in range(3)]
    assert refused_message(ticket, world.alice, files) == "A message takes 2 files at most."
    send(ticket, world.alice, files[:2])


def test_a_ticket_takes_so_many_files_and_no_more(world, submit, attach, settings):
    settings.ATTACHMENTS_PER_TICKET = 3
    ticket, files = submit(), [attach(world.alice) for _ in range(4)]
    send(ticket, world.alice, files[:2])
    assert refused_message(ticket, world.alice, files[2:]) == "A ticket takes 3 files at most."
    send(ticket, world.alice, files[2:3])


def test_a_tickets_files_take_so_many_bytes_together_and_no_more(world, submit, attach, settings):
    settings.ATTACHMENT_BYTES_PER_TICKET = 10
    ticket, files = submit(), [attach(world.alice, b"x" * 5) for _ in range(3)]
    send(ticket, world.alice, files[:1])
    assert refused_message(ticket, world.alice, files[1:]) == "The files of one ticket may take 10\xa0bytes together."
    send(ticket, world.alice, files[1:2])

"""A ticket in each of two organisations, with everything beside it that could leak."""

from dataclasses import dataclass
from io import BytesIO
from uuid import uuid4

import pytest

from helpdesk.accounts.operations import add_domain, invite_client
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Direction
from helpdesk.notifications.operations import record_message
from tests.conftest import World, make_world
from tests.support import actor_of, colombo
from tickets.models import ClockDifference, DraftKind, Feedback, MailMessage, ReplayRun, Ticket, Watcher
from tickets.operations.attachments import upload_attachment
from tickets.operations.bulk import start_run
from tickets.operations.conversation import add_note, reply
from tickets.operations.drafts import save_draft
from tickets.operations.field_values import set_fields
from tickets.operations.fields import FieldText, define_field
from tickets.operations.form_drafts import save_form
from tickets.operations.intake import open_ticket
from tickets.operations.labels import tag_ticket
from tickets.operations.sweep import sweep


@dataclass
class Pair:
    """Each organisation's ticket: answered, noted, overdue and escalated, so that no table is empty."""

    acme: Ticket
    globex: Ticket


CANARY = "canary-4711"


def make_pair(world) -> Pair:
    """Both tickets; everything of Globex's carries the canary."""

    def one(organisation, requester, mark: str) -> Ticket:
        file = upload_attachment(
            organisation=organisation, file=BytesIO(mark.encode()), name=f"{mark}.txt", actor=actor_of(requester)
        )
        ticket = open_ticket(
            organisation=organisation, requester=requester, subject=f"Invoices fail {mark}", description=f"All {mark}",
            severity="P1", actor=actor_of(requester), at=colombo("2026-01-19 10:00"),
            attachments=[file.public_id],
        )  # fmt: skip
        add_domain(organisation=organisation, domain=f"{mark}.org", actor=SYSTEM, at=colombo("2026-01-19 10:00"))
        invite_client(organisation=organisation, email=f"{mark}@new.example", name=mark, role="user", actor=SYSTEM)
        add_note(ticket=ticket, actor=actor_of(world.agent), body=f"Note {mark}", at=colombo("2026-01-19 10:30"))
        admin = {world.acme.pk: world.amara}.get(organisation.pk, requester)
        Watcher.objects.create(
            organisation=organisation, ticket=ticket, member=admin, added_at=colombo("2026-01-19 11:00")
        )
        Feedback.objects.create(
            organisation=organisation, ticket=ticket, helped="no", comment=mark, given_by=requester,
            given_at=colombo("2026-01-19 12:00"),
        )  # fmt: skip
        record_message(
            organisation_id=organisation.pk, reference=ticket.reference, message_id=f"{mark}@mail.example",
            direction=Direction.IN, address=f"{mark}@new.example", at=colombo("2026-01-19 12:00"),
        )  # fmt: skip
        MailMessage.objects.create(
            organisation=organisation, ticket=ticket, entry_pk=ticket.timeline.earliest("pk").pk, raw_pk=1,
            sender=f"{mark}@mail.example", verdict="human", verified=True, copied=[mark], folded=mark, html=mark,
        )  # fmt: skip
        field = define_field(actor=SYSTEM, text=FieldText(label=f"Field {mark}"), kind="text", only_for=organisation)
        set_fields(ticket=ticket, values={field.pk: mark}, actor=actor_of(world.agent), at=colombo("2026-01-19 12:00"))
        tag_ticket(ticket=ticket, actor=actor_of(world.agent), add=[mark], at=colombo("2026-01-19 12:00"))
        start_run(
            verb="assign", arguments={"assignee": ""}, tickets=[ticket.public_id], actor=actor_of(world.agent),
            submission_key=uuid4(),
        )  # fmt: skip
        return ticket

    with system_scope("the tests' two tickets"):
        replayed = ReplayRun.objects.create(begun_at=colombo("2026-01-19 12:00"), ended_at=colombo("2026-01-19 12:01"))
        pair = Pair(one(world.acme, world.alice, "acme"), one(world.globex, world.bob, CANARY))
        sweep(at=colombo("2026-01-20 10:01"))
        for ticket in (pair.acme, pair.globex):
            reply(ticket=ticket, actor=actor_of(world.agent), body="Sorry.", at=colombo("2026-01-20 11:00"))
        for ticket, mark in ((pair.acme, "acme"), (pair.globex, CANARY)):
            ClockDifference.objects.create(
                organisation=ticket.organisation, run=replayed, ticket=ticket, kind="limit", field="state",
                stored=mark, folded="running", found_at=colombo("2026-01-19 12:00"),
            )  # fmt: skip
        for ticket, writer, mark in ((pair.acme, world.alice, "acme"), (pair.globex, world.bob, CANARY)):
            draft = {"ticket": ticket, "actor": actor_of(writer), "kind": DraftKind.REPLY}
            save_form(
                organisation=ticket.organisation, actor=actor_of(writer), typed={"subject": mark},
                submission_key=ticket.public_id, at=colombo("2026-01-20 11:30"),
            )  # fmt: skip
            save_draft(**draft, body=f"Draft {mark}", seen=1, at=colombo("2026-01-20 11:30"))
    return pair


def world_with_a_pair() -> World:
    """A stage for files whose tests all look at the pair."""
    world = make_world()
    world.pair = make_pair(world)
    return world


@pytest.fixture
def pair(world) -> Pair:
    return getattr(world, "pair", None) or make_pair(world)


@pytest.fixture
def committed_pair(committed_world) -> Pair:
    return make_pair(committed_world)

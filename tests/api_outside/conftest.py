"""Two organisations with a life of their own, really committed, and a token for each identity."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.operations import add_client
from helpdesk.accounts.operations.tokens import create_token
from helpdesk.lib import rates
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of
from tickets.operations.attachments import upload_attachment
from tickets.operations.conversation import add_note, reply
from tickets.operations.handling import escalate
from tickets.operations.intake import open_ticket

EVERYTHING = ("read", "tickets:write", "people:write", "settings:write")
MANY = "1000000/minute"


@pytest.fixture(autouse=True)
def _calls_are_free(settings) -> None:
    """Limits are tested elsewhere; here they would end a run after some hundred calls."""
    settings.API_RATE = settings.API_WRITE_RATE = settings.API_REFUSED_RATE = MANY
    cache.clear()
    rates._memory.storage.reset()


@dataclass(frozen=True)
class Identity:
    """Somebody with a token for everything that their role allows."""

    name: str
    token: str

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def identity(name: str, person: User | StaffMember) -> Identity:
    """This person with a new token."""
    user = person.user if isinstance(person, StaffMember) else person
    with system_scope("tests make tokens"):
        _, text = create_token(person=user, name="From outside", scopes=EVERYTHING, days=30, actor=actor_of(user))
    return Identity(name=name, token=text)


def seed_tickets(world: Any, organisation: Organisation, person: User) -> None:
    """Tickets with all that hangs on one: replies, a note, a file sent and one staged, a climb."""
    client, agent = actor_of(person), actor_of(world.deputy)
    canary = f"canary-{organisation.key.lower()}"
    file = upload_attachment(organisation=organisation, file=_file(), name=f"{canary}.txt", actor=client)
    upload_attachment(organisation=organisation, file=_file(), name=f"staged-{canary}.txt", actor=client)
    common = {"organisation": organisation, "requester": person, "actor": client}
    open_ticket(subject=f"Slow {canary}", description="Since Monday.", severity="P3", **common)
    ticket = open_ticket(
        subject=f"Invoices fail {canary}", description=f"All of them. {canary}", severity="P2", **common
    )
    reply(ticket=ticket, actor=agent, body=f"We look into it. {canary}")
    reply(ticket=ticket, actor=client, body="Here is the screen.", attachments=[file.public_id])
    add_note(ticket=ticket, actor=agent, body=f"Looks like the tax table. {canary}")
    escalate(ticket=ticket, actor=client, reason=f"Payroll is due. {canary}")


def _file() -> SimpleUploadedFile:
    return SimpleUploadedFile("screen.txt", b"what the screen says")


@pytest.fixture
def seeded(committed_world, files_folder) -> Any:
    """The world with tickets on both sides, and an admin of Globex beside Bob."""
    world = committed_world
    with system_scope("tests seed both organisations"):
        world.gil = add_client(
            organisation=world.globex, email="gil@globex.example", name="Gil", role="admin", actor=SYSTEM,
            password="secret-1",
        )  # fmt: skip
        for person in (world.alice, world.amara):
            seed_tickets(world, world.acme, person)
        for person in (world.bob, world.gil):
            seed_tickets(world, world.globex, person)
    return world

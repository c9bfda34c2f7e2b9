"""What others did meanwhile: steps that a test needs done, not seen. They call the product's own operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from playwright.sync_api import Page

from e2e.people import EMAILS
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import Actor
from helpdesk.lib.tenancy import system_scope
from tickets.models import Ticket
from tickets.operations.conversation import reply
from tickets.operations.handling import escalate
from tickets.operations.intake import open_ticket
from tickets.operations.status import resolve


@contextmanager
def everywhere() -> Iterator[None]:
    """A transaction that sees every organisation."""
    with transaction.atomic(), system_scope("a test arranges what its browser then meets"):
        yield


def person(name: str) -> Actor:
    """Somebody of `EMAILS`, ready to act."""
    member = member_of(User.objects.get(email=EMAILS[name]))
    assert member is not None
    return member.actor


def ticket_of(page: Page) -> Ticket:
    """The ticket whose page is open."""
    with everywhere():
        public_id = UUID(urlsplit(page.url).path.split("/")[2])
        return Ticket.objects.select_related("organisation").get(public_id=public_id)


def opened(subject: str, *, severity: str = "P3", description: str = "It does not work.") -> Ticket:
    """A new ticket of ACME's client."""
    with everywhere():
        return open_ticket(
            organisation=Organisation.objects.get(key="ACME"),
            requester=User.objects.get(email=EMAILS["client"]),
            subject=subject,
            description=description,
            severity=severity,
            actor=person("client"),
        )


def answered(ticket: Ticket, body: str, *, by: str = "agent") -> None:
    """Somebody replied."""
    with everywhere():
        reply(ticket=ticket, actor=person(by), body=body)


def resolved(ticket: Ticket, message: str) -> None:
    """The agent resolved it."""
    with everywhere():
        resolve(ticket=ticket, actor=person("agent"), message=message)


def escalated(ticket: Ticket, reason: str) -> None:
    """The client asked for the next level."""
    with everywhere():
        escalate(ticket=ticket, reason=reason, actor=person("client"))

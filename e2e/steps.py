"""What others did meanwhile: steps that a test needs done, not seen. They call the product's own operations."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from playwright.sync_api import Page

from e2e.people import EMAILS
from helpdesk.accounts.models import ClientRole, Organisation, StaffMember, StaffRole, User
from helpdesk.accounts.operations import add_client, add_staff
from helpdesk.accounts.queries import member_of
from helpdesk.embedded.demo import PASSWORD
from helpdesk.lib.actors import SYSTEM, Actor
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Policy
from sla.operations.agreements import onboard_organisation
from tickets.models import Ticket
from tickets.operations.conversation import reply
from tickets.operations.handling import assign, escalate
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


def opened(subject: str, *, severity: str = "P3", description: str = "It does not work.", by: str = "client") -> Ticket:
    """A new ticket of ACME's client, or of another one for their own organisation."""
    with everywhere():
        requester = User.objects.get(email=EMAILS[by])
        return open_ticket(
            organisation=requester.membership.organisation,
            requester=requester,
            subject=subject,
            description=description,
            severity=severity,
            actor=person(by),
        )


def answered(ticket: Ticket, body: str, *, by: str = "agent") -> None:
    """Somebody replied."""
    with everywhere():
        reply(ticket=ticket, actor=person(by), body=body)


def resolved(ticket: Ticket, message: str) -> None:
    """The agent resolved it."""
    with everywhere():
        resolve(ticket=ticket, actor=person("agent"), message=message)


def assigned(ticket: Ticket, to: str, *, by: str) -> None:
    """Somebody gave it to one of the staff."""
    with everywhere():
        assign(ticket=ticket, assignee=StaffMember.objects.get(user__email=EMAILS[to]), actor=person(by))


def escalated(ticket: Ticket, reason: str) -> None:
    """The client asked for the next level."""
    with everywhere():
        escalate(ticket=ticket, reason=reason, actor=person("client"))


def newcomers() -> None:
    """An organisation to which nothing has happened yet, its client, and staff who serve it alone."""
    with everywhere():
        fresh = _joined("FRESH", "Fresh Start")
        _client(fresh, "new client")
        for name, role in (("agent", StaffRole.AGENT), ("account manager", StaffRole.ACCOUNT_MANAGER)):
            _staff(fresh, f"new {name}", role)
        _staff(fresh, "new admin", StaffRole.ADMIN)


def quiet_desk() -> None:
    """An organisation to which only what the test does happens, its client, and two agents who serve it alone."""
    with everywhere():
        quiet = _joined("QUIET", "Quiet Gardens")
        _client(quiet, "quiet client")
        for name in ("quiet agent", "quiet second agent"):
            _staff(quiet, name, StaffRole.AGENT)


def crowd(tickets: int) -> None:
    """An organisation with so many open tickets, all escalated, its client, and an agent who serves it alone."""
    with everywhere():
        busy = _joined("CROWD", "Crowded House of Long Names and Sons (Private) Limited")
        requester = _client(busy, "busy client")
        _staff(busy, "busy agent", StaffRole.AGENT)
        client = person("busy client")
        for number in range(tickets):
            ticket = open_ticket(
                organisation=busy,
                requester=requester,
                subject=f"Trouble {number} with a_very_long_word_that_has_nowhere_to_break_in_any_narrow_window",
                description="It does not work.",
                severity=("P1", "P2", "P3", "P4")[number % 4],
                actor=client,
            )
            escalate(ticket=ticket, reason="It waits.", actor=client)


def _joined(key: str, name: str) -> Organisation:
    manager, deputy = (StaffMember.objects.get(user__email=EMAILS[name]) for name in ("other account manager", "agent"))
    return onboard_organisation(
        key=key,
        name=name,
        account_manager=manager,
        deputy=deputy,
        calendar=Calendar.objects.get(key="sri-lanka"),
        policy=Policy.objects.get(key="standard"),
        actor=SYSTEM,
    )


def _client(organisation: Organisation, name: str) -> User:
    return add_client(
        organisation=organisation,
        email=EMAILS[name],
        name=name.title(),
        role=ClientRole.ADMIN,
        actor=SYSTEM,
        password=PASSWORD,
    )


def _staff(organisation: Organisation, name: str, role: str) -> None:
    add_staff(email=EMAILS[name], name=name.title(), role=role, serves=[organisation], actor=SYSTEM, password=PASSWORD)

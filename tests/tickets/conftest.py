"""Shorthand for ticket tests: the system's scope, and a ticket in one line."""

from collections.abc import Callable, Iterator
from io import BytesIO

import pytest

from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of, colombo
from tickets.models import Attachment, Ticket
from tickets.operations.attachments import upload_attachment
from tickets.operations.intake import open_ticket


@pytest.fixture
def everything(world) -> Iterator[None]:
    """The system's scope, for tests of what the operations write."""
    with system_scope("tests look at everything"):
        yield


@pytest.fixture
def attach(world) -> Callable[..., Attachment]:
    """`attach(world.alice)` stages a file of hers for ACME; the caller has opened a scope."""

    def make(person, content: bytes = b"what the screen says", *, name: str = "screen.txt", **more) -> Attachment:
        given = {"organisation": world.acme, "actor": actor_of(person), **more}
        return upload_attachment(file=BytesIO(content), name=name, **given)

    return make


@pytest.fixture
def submit(world, everything) -> Callable[..., Ticket]:
    """`submit("P1", "2026-11-16 10:00")` opens a ticket of Alice's at ACME."""

    def make(severity: str = "P1", at: str = "2026-11-16 10:00", **more) -> Ticket:
        given = {
            "organisation": world.acme,
            "requester": world.alice,
            "subject": "Invoices fail",
            "description": "Every invoice ends in an error.",
            "severity": severity,
            "actor": actor_of(world.alice),
            "at": colombo(at),
        }
        return open_ticket(**{**given, **more})

    return make

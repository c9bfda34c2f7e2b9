"""Notices without tickets, and a mail provider that fails as told."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.drafts import Draft, Recipient
from helpdesk.notifications.models import Notice
from helpdesk.notifications.operations import queue_notices


class Provider(BaseEmailBackend):
    """Refuses whom it is told to refuse, with the error it is told; keeps the rest."""

    errors: ClassVar[dict[str, Exception]] = {}
    accepted: ClassVar[list] = []

    def send_messages(self, email_messages):
        for message in email_messages:
            if error := self.errors.get(message.to[0]):
                raise error
            self.accepted.append(message)
        return len(email_messages)


@pytest.fixture
def provider(settings) -> type[Provider]:
    settings.EMAIL_BACKEND = f"{__name__}.Provider"
    Provider.errors, Provider.accepted = {}, []
    return Provider


@pytest.fixture
def everything(world):
    with system_scope("tests look at every notice"):
        yield


Queue = Callable[..., Notice]


@pytest.fixture
def queue(world, everything) -> Queue:
    """`queue("a@x.example")` queues one notice of ACME's about ACME-1, due at once."""

    def make(recipient: str = "malini@ravingcrm.example", **more) -> Notice:
        given = {
            "organisation_id": world.acme.pk,
            "key": "ACME-1:response:response_overdue:1:1",
            "event": "response_overdue",
            "recipient": Recipient(email=recipient, name="Malini", role="Account manager of ACME"),
            "template": "response_overdue",
            "reference": "ACME-1",
            "path": "/tickets/x/",
            "send_at": now() - timedelta(minutes=1),
            "created_at": now() - timedelta(minutes=1),
            "facts": {"subject": "Invoices fail", "severity": "P1", "organisation": "Acme Trading"},
        }
        queue_notices([Draft(**{**given, **more})])
        return Notice.objects.get(recipient=recipient, key__startswith=more.get("key", "ACME-1:"))

    return make


def now() -> datetime:
    return database_now()

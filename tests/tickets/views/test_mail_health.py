"""Channels and health of the mail: the figures, and a test mail that goes out and is known again when it comes in."""

from datetime import timedelta

import pytest
from django.core import mail as outgoing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import actor_of, colombo
from tickets.inbound.health import mail_health
from tickets.models import MailCanary, RawMail, Ticket
from tickets.operations.inbound.canary import HEADER, ask_canary, keep_canary
from tickets.operations.inbound.reading import process_mail
from tickets.operations.inbound.receiving import receive_mail

PAGE = "/settings/mail/channels/"
LOCMEM = "django.core.mail.backends.locmem.EmailBackend"
AT = colombo("2026-11-16 10:00")


@pytest.fixture
def admin(world: World, signed_in: SignIn, settings) -> Client:
    settings.EMAIL_BACKEND = LOCMEM
    return signed_in(world.admin)


def received(raw: bytes, *, after: timedelta = timedelta(seconds=3)) -> RawMail:
    with system_scope("a mail comes in"):
        row = receive_mail(raw=raw, channel="smtp", at=AT + after)
        process_mail(mail_id=row.pk, at=AT + after)
        return RawMail.objects.get(pk=row.pk)


def states(at=AT) -> list[str]:
    return [one.state for one in mail_health(at=at).canaries]


def test_a_test_mail_goes_out_comes_in_and_opens_nothing(world: World, admin: Client) -> None:
    assert admin.post(f"{PAGE}test/").status_code == 302
    assert admin.post(f"{PAGE}test/").status_code == 409, "one at a time"
    with system_scope("look"):
        MailCanary.objects.update(asked_at=AT)
        assert VendorAuditEntry.objects.filter(action="mail.test").count() == 1
    assert "About to be sent" in admin.get(PAGE).content.decode() or states() == ["waiting"]
    assert keep_canary(at=AT) == 1
    (message,) = outgoing.outbox
    assert message.to == ["support@ravingcrm.example"]
    raw = message.message().as_bytes()
    forged = raw.replace(b"canary-", b"other-").replace(message.extra_headers[HEADER].encode(), b"made:up")
    assert received(forged).reason == "own", "a token that we did not make is none"
    assert states() == ["waiting"]
    row = received(raw)
    assert (row.state, row.outcome, row.reason) == ("done", "dropped", "canary")
    received(b"Received: once more\r\n" + raw, after=timedelta(seconds=9))
    health = mail_health(at=AT + timedelta(minutes=10))
    assert health.last_arrived is not None
    assert (states(), health.last_arrived.took) == (["arrived"], timedelta(seconds=3))
    page = admin.get(PAGE).content.decode()
    assert "Came in after 3 s" in page
    with system_scope("look"):
        assert not Ticket.objects.exists()


def test_it_is_sent_by_itself_where_the_settings_say_so_and_told_when_it_is_late(
    world: World, admin: Client, settings
) -> None:
    settings.MAIL_CANARY_SECONDS = 0
    assert keep_canary(at=AT) == 0
    settings.MAIL_CANARY_SECONDS = 300
    assert [keep_canary(at=AT + timedelta(minutes=minute)) for minute in range(6)] == [1, 0, 0, 0, 0, 1]
    assert states(AT + timedelta(minutes=5, seconds=1)) == ["waiting", "late"]
    settings.EMAIL_BACKEND = "tests.tickets.views.no_such.Backend"
    assert keep_canary(at=AT + timedelta(minutes=10)) == 0
    assert states(AT + timedelta(minutes=11))[0] == "failed"
    page = admin.get(PAGE).content.decode()
    assert "Could not be sent" in page
    assert "Late: it has not come in" in page
    assert "The newest failed" in page
    assert keep_canary(at=AT + timedelta(days=8)) == 0
    assert len(mail_health(at=AT).canaries) == 1, "older ones are forgotten"


def test_the_page_tells_how_mail_stands_at_the_same_cost_whatever_waits(
    world: World, admin: Client, signed_in: SignIn
) -> None:
    with CaptureQueriesContext(connection) as few:
        assert "No test mail was sent" in admin.get(PAGE).content.decode()
    with system_scope("mails come in"):
        for number in range(3):
            receive_mail(raw=b"Subject: %d\n\nx" % number, channel="smtp", at=AT)
        process_mail(at=AT)
        ask_canary(actor=actor_of(world.admin), at=AT)
    with CaptureQueriesContext(connection) as many:
        page = admin.get(PAGE).content.decode()
    assert len(many) == len(few)
    assert "More than a minute" in page
    assert "started on the machine" in page
    health = mail_health(at=AT + timedelta(seconds=61))
    assert (health.waiting, health.failed, health.oldest_unread, health.is_slow) == (1, 0, timedelta(seconds=61), True)
    for who in (world.agent, world.alice):
        browser = signed_in(who)
        assert [browser.get(PAGE).status_code, browser.post(f"{PAGE}test/").status_code] == [403, 403]

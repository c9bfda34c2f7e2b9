"""Delivering: at least once, in order, with back-off; a poison row hurts only itself, and ends where admins see it."""

from datetime import timedelta
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPServerDisconnected,
)
from types import SimpleNamespace

import pytest
from anymail.exceptions import AnymailAPIError, AnymailInvalidAddress, AnymailRecipientsRefused
from django.db import connection

from helpdesk.lib.clock import database_now
from helpdesk.notifications import sending
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.queries import dead_count
from helpdesk.notifications.sending import ATTEMPTS, deliver_due, is_permanent


def api_error(status: int) -> AnymailAPIError:
    answer = SimpleNamespace(reason="", text="", content=b"", json=dict)
    return AnymailAPIError("refused", status_code=status, response=answer)


class Unspeakable(Exception):
    """An error that cannot be put into words."""

    def __str__(self) -> str:
        raise RuntimeError("not even this")


TRANSIENT = [
    ConnectionRefusedError("no provider"),
    TimeoutError("hangs"),
    SMTPServerDisconnected("gone"),
    SMTPAuthenticationError(535, "the password was changed"),
    SMTPResponseException(451, "try later"),
    SMTPRecipientsRefused({"x@acme.example": (450, b"greylisted")}),
    api_error(429),
    api_error(503),
    api_error(401),
    ValueError("a fault of our own may be mended by a deployment"),
]
PERMANENT = [
    SMTPRecipientsRefused({"x@acme.example": (550, b"no such user")}),
    SMTPDataError(554, "refused as spam"),
    AnymailInvalidAddress("no address"),
    AnymailRecipientsRefused("all refused"),
    api_error(422),
]


def due_again() -> None:
    """Let the wait of every queued notice be over."""
    Notice.objects.filter(state="queued").update(next_at=database_now() - timedelta(seconds=1))


@pytest.mark.parametrize("error", TRANSIENT, ids=repr)
def test_a_transient_failure_is_tried_again_later(queue, provider, error):
    queue("x@acme.example")
    provider.errors["x@acme.example"] = error
    before = database_now()
    assert deliver_due() == 1
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.sent_at) == (DeliveryState.QUEUED, 1, None)
    assert type(error).__name__ in notice.last_error
    assert timedelta(seconds=30) <= notice.next_at - before <= timedelta(seconds=40)
    assert deliver_due() == 0, "not before its time"
    provider.errors.clear()
    due_again()
    assert deliver_due() == 1
    sent = Notice.objects.get()
    assert (sent.state, sent.attempts, sent.last_error) == (DeliveryState.SENT, 2, "")
    assert [mail.extra_headers["Message-ID"] for mail in provider.accepted] == [notice.message_id]


@pytest.mark.parametrize("error", PERMANENT, ids=repr)
def test_a_permanent_failure_is_given_up_at_once_and_admins_see_it(queue, provider, error):
    queue("x@acme.example")
    provider.errors["x@acme.example"] = error
    deliver_due()
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == (DeliveryState.DEAD, 1)
    assert notice.last_error.startswith(type(error).__name__)
    assert dead_count() == 1


def test_what_is_permanent_is_told_apart():
    assert [is_permanent(error) for error in TRANSIENT] == [False] * len(TRANSIENT)
    assert [is_permanent(error) for error in PERMANENT] == [True] * len(PERMANENT)


def test_the_waits_double_up_to_an_hour_and_the_tenth_failure_is_the_last(queue, provider):
    queue("x@acme.example")
    provider.errors["x@acme.example"] = ConnectionRefusedError("no provider")
    waits = []
    while Notice.objects.get().state == DeliveryState.QUEUED:
        due_again()
        before = database_now()
        deliver_due()
        waits.append(Notice.objects.get().next_at - before)
    assert len(waits) == ATTEMPTS == 10
    for wait, seconds in zip(waits[:-1], (30, 60, 120, 240, 480, 960, 1920, 3600, 3600), strict=True):
        assert seconds <= wait.total_seconds() <= seconds + 10
    assert Notice.objects.get().state == DeliveryState.DEAD


def test_a_poison_notice_hurts_only_itself(queue, provider):
    """Its template does not exist; the others, older and newer, are sent in the same round."""
    queue("first@acme.example")
    queue("poison@acme.example", template="no_such_template")
    queue("last@acme.example")
    assert deliver_due() == 3
    assert sorted(mail.to[0] for mail in provider.accepted) == ["first@acme.example", "last@acme.example"]
    poison = Notice.objects.get(template="no_such_template")
    assert (poison.state, poison.attempts) == (DeliveryState.QUEUED, 1)
    assert "TemplateDoesNotExist" in poison.last_error
    for _ in range(ATTEMPTS):
        due_again()
        deliver_due()
    assert Notice.objects.get(template="no_such_template").state == DeliveryState.DEAD


def test_a_template_that_breaks_the_transaction_does_not_take_the_mark_with_it(queue, provider, monkeypatch):
    def breaks(notice):
        with connection.cursor() as cursor:
            cursor.execute("SELECT no_such_column")

    monkeypatch.setattr("helpdesk.notifications.outgoing.render_notice", breaks)
    queue()
    deliver_due()
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts) == (DeliveryState.QUEUED, 1)
    assert "no_such_column" in notice.last_error


@pytest.mark.parametrize(
    "error", [Unspeakable(), ValueError("a \x00 in it"), ValueError("half a pair: \ud83d")], ids=type
)
def test_an_error_that_cannot_be_stored_does_not_stop_the_sender(queue, provider, error):
    queue("poison@acme.example", send_at=database_now() - timedelta(hours=1))
    queue("good@acme.example")
    provider.errors["poison@acme.example"] = error
    assert deliver_due() == 2
    assert [mail.to for mail in provider.accepted] == [["good@acme.example"]]
    poison = Notice.objects.get(recipient="poison@acme.example")
    assert (poison.state, poison.attempts) == (DeliveryState.QUEUED, 1)
    assert poison.last_error.startswith(type(error).__name__)


def test_the_oldest_due_goes_first_and_what_is_not_due_waits(queue, provider):
    for minutes, name in ((1, "third"), (3, "first"), (2, "second")):
        queue(f"{name}@acme.example", send_at=database_now() - timedelta(minutes=minutes))
    queue("later@acme.example", send_at=database_now() + timedelta(minutes=5))
    assert deliver_due() == 3
    assert [mail.to[0].split("@")[0] for mail in provider.accepted] == ["first", "second", "third"]


def test_a_round_tries_no_more_than_its_limit(queue, provider):
    for i in range(3):
        queue(f"person{i}@acme.example")
    assert deliver_due(limit=2) == 2
    assert deliver_due() == 1


def test_a_mail_has_text_and_html_and_says_that_a_machine_wrote_it(queue, provider):
    notice = queue(facts={"subject": "<script>alert(1)</script>", "severity": "P1", "organisation": "Acme"})
    deliver_due()
    (mail,) = provider.accepted
    assert mail.to == [notice.recipient]
    assert mail.extra_headers["Message-ID"] == notice.message_id
    assert mail.extra_headers["Auto-Submitted"] == "auto-generated"
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert "<script>" not in html
    assert "\n" not in mail.subject
    assert "ACME-1" in mail.subject
    assert "/tickets/x/" in mail.body


def test_a_subject_with_line_breaks_makes_no_header_of_its_own(queue, provider):
    queue(facts={"subject": "Hello\r\nBcc: everybody@acme.example", "severity": "P1", "organisation": "Acme"})
    deliver_due()
    (mail,) = provider.accepted
    message = mail.message()
    assert message["Bcc"] is None
    assert "\n" not in str(message["Subject"]).replace("\n ", " ")


def test_a_sender_gives_its_worker_back_after_a_turn_and_rings_for_the_rest(queue, provider, monkeypatch):
    rung: list[str] = []
    for number in range(3):
        queue(f"x{number}@acme.example")
    monkeypatch.setattr(sending, "A_TURN", 2)
    monkeypatch.setattr(sending, "wake", rung.append)
    assert (deliver_due(in_turn=True), rung) == (2, ["notifications.deliver"])
    assert (deliver_due(in_turn=True), rung) == (1, ["notifications.deliver"])
    queue("y@acme.example")
    assert (deliver_due(), rung) == (1, ["notifications.deliver"]), "who works alone does all at once"

"""Raw mail by HTTP: what is signed is stored once, what is not is refused unread, and nothing is lost meanwhile."""

import hashlib
import hmac
import threading

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection
from django.test import Client

from helpdesk.lib.clock import database_now
from tickets.models import RawMail

OLD, NEW = "o" * 32, "n" * 32
RAW = b"From: alice@acme.example\r\nSubject: Printer\r\n\r\nBurns.\xff\r\n"


@pytest.fixture
def secrets(settings, everything):
    settings.MAIL_IN_SECRETS = [NEW, OLD]


def signed(raw: bytes, *, secret: str = NEW, stamp: int | None = None, sender: str = "", rcpt: str = "") -> dict:
    """The headers of a true request."""
    stamp = int(database_now().timestamp()) if stamp is None else stamp
    digest = hashlib.sha256(raw).hexdigest()
    signature = hmac.new(secret.encode(), f"{stamp}\n{sender}\n{rcpt}\n{digest}\n".encode(), hashlib.sha256)
    given = {"Timestamp": str(stamp), "Body-SHA256": digest, "Signature": signature.hexdigest()}
    given |= {"Mail-From": sender} if sender else {}
    given |= {"Rcpt": rcpt} if rcpt else {}
    return {f"X-Helpdesk-{name}": value for name, value in given.items()}


def post(raw: bytes, headers: dict):
    return Client(enforce_csrf_checks=True).post("/mail/in/", raw, content_type="message/rfc822", headers=headers)


def test_a_signed_mail_is_stored_byte_for_byte_once_under_each_secret(secrets):
    rcpt = "support@ravingcrm.example, <help@ravingcrm.example>"
    answer = post(RAW, signed(RAW, sender="alice@acme.example", rcpt=rcpt))
    row = RawMail.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"id": str(row.public_id), "known": False})
    assert (bytes(row.raw), row.channel, row.mail_from) == (RAW, "http", "alice@acme.example")
    assert row.recipients == ["support@ravingcrm.example", "help@ravingcrm.example"]
    assert "Set-Cookie" not in answer.headers
    assert post(RAW, signed(RAW, secret=OLD)).json() == {"id": str(row.public_id), "known": True}
    post(b"null", signed(b"null", sender="<>"))
    post(b"untold", signed(b"untold"))
    assert list(RawMail.objects.order_by("pk").values_list("mail_from", flat=True)[1:]) == ["", None]


def test_what_is_not_signed_or_not_lately_or_altered_stores_nothing(secrets, settings):
    now = int(database_now().timestamp())
    true = signed(RAW, sender="alice@acme.example")
    refused = {
        "no headers": {},
        "another's secret": signed(RAW, secret="x" * 32),
        "an old request": signed(RAW, stamp=now - 301),
        "one from the future": signed(RAW, stamp=now + 320),
        "no number": {**true, "X-Helpdesk-Timestamp": "1e9"},
        "another sender": {**true, "X-Helpdesk-Mail-From": "bob@acme.example"},
        "another recipient": {**true, "X-Helpdesk-Rcpt": "amara@acme.example"},
        "a signature cut": {**true, "X-Helpdesk-Signature": true["X-Helpdesk-Signature"][:-1]},
        "a signature of other letters": {**true, "X-Helpdesk-Signature": "é" * 64},
    }
    for why, headers in refused.items():
        assert post(RAW, headers).status_code == 403, why
    assert post(RAW + b"more", true).status_code == 400
    assert post(b"", signed(b"")).status_code == 411
    assert Client().get("/mail/in/").status_code == 405
    settings.MAIL_IN_SECRETS = []
    assert post(RAW, true).status_code == 404
    assert not RawMail.objects.exists()


def test_a_mail_larger_than_a_form_may_be_is_taken_and_one_above_the_cap_is_not(secrets, settings, monkeypatch):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    large = RAW + b"x" * 5_000
    assert post(large, signed(large)).status_code == 200
    monkeypatch.setattr("tickets.views.mail_in.RAW", 4_000)
    larger = large + b"y"
    answer = post(larger, signed(larger))
    assert (answer.status_code, answer.content) == (413, b"more than 4000 bytes\n")
    assert RawMail.objects.get().size == len(large)


def test_a_database_that_is_away_is_answered_with_come_again(secrets, monkeypatch):
    headers = signed(RAW)

    def away(**_):
        raise OperationalError("away")

    with monkeypatch.context() as patched:
        patched.setattr("tickets.views.mail_in.receive_mail", away)
        answer = post(RAW, headers)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
    # A true one: another thread's connection finds nobody at its address.
    monkeypatch.setitem(connection.settings_dict, "HOST", "127.0.0.1")
    monkeypatch.setitem(connection.settings_dict, "PORT", "1")
    answers: list[int] = []
    thread = threading.Thread(target=lambda: answers.append(post(RAW, headers).status_code))
    thread.start()
    thread.join()
    assert answers == [503]


def test_a_short_secret_stops_the_start(settings):
    settings.MAIL_IN_SECRETS = ["guessed"]
    with pytest.raises(SystemCheckError, match="HELPDESK_MAIL_IN_SECRETS has fewer than 32 characters"):
        call_command("check")

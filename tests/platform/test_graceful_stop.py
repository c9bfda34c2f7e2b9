"""Asked to stop under load, web and worker finish what they have taken: nothing accepted is lost, nothing doubled."""

import email
import http.client
import threading
import time
import uuid
from collections import Counter
from contextlib import closing
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState
from tests.conftest import SignIn, World
from tests.platform.image import socket_url
from tests.platform.machine import VISITOR, Machine, until
from tickets.models import Ticket

SECRET = "x" * 32
BROWSERS = 4
MAILS = 150


def on_our_database() -> dict[str, str]:
    """The test's own database and key, so that its sessions are valid."""
    found = connection.settings_dict
    url = socket_url(str(found["USER"]), str(found["NAME"]), str(found["HOST"]))
    return {"DATABASE_URL": url, "HELPDESK_SECRET_KEY": settings.SECRET_KEY}


class Load(threading.Thread):
    """One browser that submits a ticket after another, each on a connection of its own, and notes what came back."""

    def __init__(self, machine: Machine, session: str) -> None:
        super().__init__()
        self.machine, self.session = machine, session
        self.answers: dict[str, int | str] = {}
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            subject = f"load {uuid.uuid4()}"
            self.answers[subject] = self.submit(subject)

    def submit(self, subject: str) -> int | str:
        form = {
            "csrfmiddlewaretoken": SECRET, "subject": subject, "severity": "P3", "description": "x", "steps": "x",
            "affected_users": "x", "since": "x", "submission_key": str(uuid.uuid4()),
        }  # fmt: skip
        headers = VISITOR | {
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"__Host-sessionid={self.session}; __Host-csrftoken={SECRET}",
            "Referer": "https://helpdesk.example.com/tickets/new/",
        }
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.machine.port, timeout=30)) as made:
                made.request("POST", "/tickets/new/", urlencode(form), headers)
                return made.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return type(error).__name__


def session_of(browser: Client) -> str:
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


@pytest.mark.usefixtures("committed_world")
def test_a_web_server_that_is_stopped_under_load_answers_all_that_it_has_done(
    committed_world: World, signed_in: SignIn, built: Machine
) -> None:
    session = session_of(signed_in(committed_world.alice))
    with built.running("web", **on_our_database()) as web:
        until(lambda: built.get("/healthz").status == 200, lambda: built.said("web"))
        browsers = [Load(built, session) for _ in range(BROWSERS)]
        for browser in browsers:
            browser.start()
        until(lambda: sum(len(browser.answers) for browser in browsers) > 40, lambda: built.said("web"))
        web.terminate()
        assert web.wait(40) == 0
        time.sleep(0.5)  # those that come now are refused
        for browser in browsers:
            browser.stopping.set()
        for browser in browsers:
            browser.join(40)
    answers = {subject: code for browser in browsers for subject, code in browser.answers.items()}
    with system_scope("what was submitted"):
        kept = set(Ticket.objects.filter(subject__startswith="load ").values_list("subject", flat=True))
    told = {subject for subject, code in answers.items() if code == 302}
    assert len(told) > 40
    assert kept == told, "what is in the database was acknowledged, and the other way round"
    codes = Counter(answers.values())
    assert {code for code in codes if isinstance(code, int)} == {302}, "no accepted request was answered with a fault"
    assert codes["ConnectionRefusedError"] > 0, "the load went on after the end"


def test_a_worker_that_is_stopped_in_the_middle_loses_and_doubles_no_mail(
    committed_world: World, built: Machine, tmp_path
) -> None:
    with system_scope("a queue of mails"):
        for number in range(MAILS):
            AccountNotice.objects.create(recipient=f"p{number}@acme.example", event="reset", subject="s", text="t")
    more = {**on_our_database(), "HELPDESK_LOOP_SECONDS": "0.5", "HELPDESK_MAIL_FOLDER": str(tmp_path)}

    def sent() -> int:
        with system_scope("the test looks"):
            return AccountNotice.objects.filter(state=DeliveryState.SENT).count()

    with built.running("worker", **more) as worker:
        until(lambda: sent() > 5, lambda: built.said("worker"))
        worker.terminate()
        assert worker.wait(60) == 0
    with system_scope("what is left"):
        left = Counter(AccountNotice.objects.values_list("state", flat=True))
    assert set(left) <= {"sent", "queued"}, "none is between two states"
    with built.running("worker", **more):
        until(lambda: sent() == MAILS, lambda: built.said("worker"))
    # Two processes may write to one file; a line ends each mail.
    written = [text for file in tmp_path.glob("*.log") for text in file.read_text().split("-" * 79 + "\n") if text]
    mails = [email.message_from_string(text) for text in written]
    assert Counter(mail["To"] for mail in mails) == {f"p{number}@acme.example": 1 for number in range(MAILS)}

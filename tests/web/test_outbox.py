"""The admins' outbox: list, filters, the mail itself, and trying again."""

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.safestring import mark_safe

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.operations import queue_account_notice
from helpdesk.notifications.rendering import Rendered
from helpdesk.web.views import outbox
from tests.conftest import SignIn, World
from tests.support import actor_of
from tickets.models import EntryKind, TimelineEntry
from tickets.operations.inbound.reading import work_off_mail
from tickets.operations.intake import open_ticket

PAGE = "/settings/outbox/"
HTML = '<p style="color:red">Hello</p><script>alert("x")</script>'
# A rendered template is marked as safe, and stays so until a page escapes it all the same.
MAIL = Rendered(mark_safe("A <subject>"), mark_safe("Plain <text>"), mark_safe(HTML))  # noqa: S308


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def make_notice(world: World, key: str = "k", **fields: Any) -> Notice:
    values = {
        "organisation": world.acme,
        "key": key,
        "event": "response_overdue",
        "level": 2,
        "recipient": "malini@ravingcrm.example",
        "recipient_name": "Malini",
        "role": "Account manager of ACME",
        "reason": "First response overdue since <noon>",
        "reference": "ACME-1",
        "path": "/tickets/abc/",
        "template": "response_overdue",
        **fields,
    }
    with system_scope("a notice"):
        return Notice.objects.create(**values)


def shown(answer: Any) -> list[str]:
    return [notice.key for notice, _ in answer.context["notices"]]


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str) -> None:
    notice = make_notice(world, state="dead")
    browser = signed_in(getattr(world, who))
    assert browser.get(PAGE).status_code == 403
    assert browser.get(f"{PAGE}{notice.pk}/").status_code == 403
    assert browser.post(f"{PAGE}{notice.pk}/retry/").status_code == 403


def test_a_row_says_to_whom_in_what_role_why_and_about_what(world: World, admin: Client) -> None:
    make_notice(world, last_error="550 no such user", state="dead", attempts=3)
    page = admin.get(PAGE).content.decode()
    for text in (
        "Malini",
        "malini@<wbr>ravingcrm.example",
        "Account manager of ACME",
        "Response overdue",
        "Level 2",
        "First response overdue since &lt;noon&gt;",
        'href="/tickets/abc/">ACME-1<',
        "Failed, given up",
        "3 attempts",
        "550 no such user",
    ):
        assert text in page


def test_the_list_is_filtered_by_state_and_by_ticket(world: World, admin: Client) -> None:
    make_notice(world, "one", state="dead")
    make_notice(world, "two", state="sent", reference="GLOBEX-7", organisation=world.globex)
    assert shown(admin.get(PAGE)) == ["two", "one"]
    assert shown(admin.get(f"{PAGE}?state=dead")) == ["one"]
    assert shown(admin.get(f"{PAGE}?ticket=globex-7")) == ["two"]
    assert shown(admin.get(f"{PAGE}?state=dead&ticket=GLOBEX-7")) == []
    assert shown(admin.get(f"{PAGE}?ticket=%00")) == ["two", "one"]


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}accounts/"])
def test_an_unknown_state_is_said_and_shows_nothing(world: World, admin: Client, path: str) -> None:
    make_notice(world)
    queue_account_notice(recipient="alice@acme.example", event="reset", subject="Choose", text="x")
    answer = admin.get(f"{path}?state=bogus")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "There is no delivery state “bogus”, so nothing is shown." in page
    assert ("alice@" in page, "malini@" in page) == (False, False)


def test_the_newest_two_hundred_are_shown_with_a_fixed_number_of_queries(world: World, admin: Client) -> None:
    make_notice(world, "first")
    with CaptureQueriesContext(connection) as few:
        admin.get(PAGE)
    for number in range(205):
        make_notice(world, f"n{number}")
    with CaptureQueriesContext(connection) as many:
        answer = admin.get(PAGE)
    assert len(many) == len(few)
    assert shown(answer) == [f"n{number}" for number in range(204, 4, -1)]
    assert "The newest 200 are shown" in answer.content.decode()


def test_the_mail_is_shown_in_a_sandbox_without_any_right(
    world: World, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "render_notice", lambda notice: MAIL)
    answer = admin.get(f"{PAGE}{make_notice(world).pk}/")
    page = answer.content.decode()
    [frame] = re.findall(r"<iframe[^>]*>", page)
    assert re.search(r"\ssandbox\s", frame)
    assert "&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;" in frame
    assert "<script>alert" not in page
    assert "Plain &lt;text&gt;" in page
    assert "A &lt;subject&gt;" in page
    policy = answer.headers["Content-Security-Policy"]
    assert re.search(r"script-src 'nonce-[^ ']+' 'strict-dynamic'(;|$)", policy)
    assert "style-src 'self' 'unsafe-inline'" in policy
    assert "'unsafe-inline'" not in admin.get(PAGE).headers["Content-Security-Policy"]


def test_a_notice_that_cannot_be_rendered_still_opens(world: World, admin: Client) -> None:
    notice = make_notice(world, template="no_such_template", last_error="TemplateDoesNotExist")
    page = admin.get(f"{PAGE}{notice.pk}/").content.decode()
    assert "It cannot be rendered" in page
    assert "TemplateDoesNotExist" in page


def test_a_failed_notice_is_queued_again(world: World, admin: Client) -> None:
    notice = make_notice(world, state="dead", attempts=10)
    answer = admin.post(f"{PAGE}{notice.pk}/retry/")
    assert answer.headers["Location"] == f"{PAGE}{notice.pk}/"
    with system_scope("the test looks"):
        notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("queued", 0)


def test_only_a_failed_notice_is_tried_again(world: World, admin: Client) -> None:
    notice = make_notice(world, state="sent")
    answer = admin.post(f"{PAGE}{notice.pk}/retry/")
    assert answer.status_code == 409
    assert "This notice is sent; only a failed one can be retried." in answer.content.decode()
    assert admin.get(f"{PAGE}{notice.pk}/retry/").status_code == 405
    assert admin.get(f"{PAGE}{notice.pk + 1000}/").status_code == 404


def test_an_organisation_out_of_scope_is_not_in_the_outbox(world: World, signed_in: SignIn) -> None:
    foreign = make_notice(world, "acme", state="dead")
    world.narrow.role = "admin"
    world.narrow.save(update_fields=["role"])
    browser = signed_in(world.narrow)
    assert shown(browser.get(PAGE)) == []
    assert browser.get(f"{PAGE}{foreign.pk}/").status_code == 404
    assert browser.post(f"{PAGE}{foreign.pk}/retry/").status_code == 404


def test_the_demo_answers_a_mail_as_the_client_and_it_threads(world, signed_in, settings):
    """A raw mail through the one entrance, with our mail quoted below; nowhere but in the demo."""
    settings.REPLY_ADDRESS = "support@ravingcrm.example"
    with system_scope("the test's ticket"):
        ticket = open_ticket(
            organisation=world.acme, requester=world.alice, subject="Invoices fail", description="All.", severity="P2",
            actor=actor_of(world.alice),
        )  # fmt: skip
        mail = Notice.objects.get(event="acknowledgement")
        to_staff = Notice.objects.filter(event="new_ticket").first()
    admin, page, answer = signed_in(world.admin), f"/settings/outbox/{mail.pk}/", f"/settings/outbox/{mail.pk}/answer/"
    assert "Answer as the client" not in admin.get(page).text
    assert admin.post(answer, {"body": "Thanks."}).status_code == 404
    settings.DEMO = True
    assert "Answer as the client" in admin.get(page).text
    assert "Answer as the client" not in admin.get(f"/settings/outbox/{to_staff.pk}/").text
    assert admin.post(answer, {"body": " "}).status_code == 422
    assert admin.post(answer, {"body": "Thanks, Bärbel.\nIt works."}).status_code == 302
    with system_scope("the test reads the mail"):
        assert work_off_mail() == 1
        said = TimelineEntry.objects.get(ticket=ticket, kind=EntryKind.REPLY)
    assert (said.body, said.actor_id) == ("Thanks, Bärbel.\nIt works.", world.alice.pk)

"""The outbox of mails about accounts: who sees them, what is hidden, and trying again."""

import re
from typing import Any

import pytest
from django.test import Client

from helpdesk.accounts.operations import add_staff, invite_client
from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice, Suppression
from helpdesk.notifications.operations import queue_account_notice, withdraw_account_notices
from helpdesk.notifications.sending import deliver_due
from tests.conftest import SignIn, World
from tests.support import actor_of

PAGE = "/settings/outbox/accounts/"
LINK = "https://x.example/secret-key"


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def queue(recipient: str = "alice@acme.example", **fields: Any) -> AccountNotice:
    given = {"event": "reset", "subject": "Choose", "text": f"Go to {LINK}, please.", "secret": LINK, **fields}
    queue_account_notice(recipient=recipient, **given)
    return rows()[-1]


def rows() -> list[AccountNotice]:
    with system_scope("the test looks"):
        return list(AccountNotice.objects.order_by("pk"))


def fail(mail: AccountNotice) -> None:
    with system_scope("it was given up"):
        AccountNotice.objects.filter(pk=mail.pk).update(state="dead", attempts=10, last_error="550 no such user")


def shown(browser: Client, query: str = "") -> list[str]:
    return [mail.recipient for mail in browser.get(PAGE + query).context["mails"]]


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str) -> None:
    mail = queue()
    fail(mail)
    browser = signed_in(getattr(world, who))
    assert [browser.get(PAGE).status_code, browser.post(f"{PAGE}{mail.pk}/retry/").status_code] == [403, 403]
    assert rows()[0].state == "dead"


@pytest.mark.parametrize("demo", [False, True])
def test_the_link_is_shown_and_kept_in_the_demo_only(
    world: World, admin: Client, settings: Any, mailoutbox: list[Any], demo: bool
) -> None:
    settings.DEMO = demo
    queue()
    for sent in (0, 1):
        assert len(mailoutbox) == sent
        page = admin.get(PAGE).content.decode()
        assert "alice@<wbr>acme.example" in page
        assert ("secret-key" in page) is demo
        assert ("[the link, shown to the recipient only]" in page) is not demo
        deliver_due()
    [mail] = rows()
    assert mailoutbox[0].body == f"Go to {LINK}, please."
    assert (mail.state, mail.secret) == ("sent", LINK if demo else "")
    assert "secret-key" not in mail.text


def test_the_secret_of_a_suppressed_mail_is_wiped_too(world: World) -> None:
    Suppression.objects.create(address="alice@acme.example", reason="bounced")
    queue()
    deliver_due()
    assert [(mail.state, mail.secret) for mail in rows()] == [("suppressed", "")]


def test_a_failed_mail_is_queued_again_with_its_link(world: World, admin: Client, mailoutbox: list[Any]) -> None:
    mail = queue()
    fail(mail)
    page = admin.get(f"{PAGE}?state=dead").content.decode()
    assert ("550 no such user" in page, "Try again" in page) == (True, True)
    assert admin.post(f"{PAGE}{mail.pk}/retry/").headers["Location"] == PAGE
    assert [(row.state, row.attempts) for row in rows()] == [("queued", 0)]
    with system_scope("the test looks"):
        entry = VendorAuditEntry.objects.get(action="notice.retry")
    assert (entry.subject, entry.actor_name, entry.data) == ("alice@acme.example", "Indra", {"event": "reset"})
    deliver_due()
    assert [message.body for message in mailoutbox] == [f"Go to {LINK}, please."]


def test_only_a_failed_mail_is_tried_again(world: World, admin: Client) -> None:
    mail = queue()
    said = admin.post(f"{PAGE}{mail.pk}/retry/", follow=True).content.decode()
    assert "This mail is queued; only a failed one can be retried." in said
    assert admin.post(f"{PAGE}{mail.pk + 99}/retry/").status_code == 404
    assert admin.get(f"{PAGE}{mail.pk}/retry/").status_code == 405


def test_a_withdrawn_mail_does_not_go_and_keeps_no_link(world: World, mailoutbox: list[Any]) -> None:
    queue(about="client-invitation:1")
    queue(about="client-invitation:2")
    assert withdraw_account_notices(about="client-invitation:1") == 1
    deliver_due()
    assert [(mail.state, mail.secret) for mail in rows()] == [("archived", ""), ("sent", "")]
    assert len(mailoutbox) == 1


def test_the_list_is_filtered_by_state(world: World, admin: Client) -> None:
    fail(queue())
    queue("bob@globex.example")
    assert shown(admin) == ["bob@globex.example", "alice@acme.example"]
    assert shown(admin, "?state=dead") == ["alice@acme.example"]
    assert shown(admin, "?state=sent") == []


def test_an_admin_of_one_organisation_sees_mails_to_its_people_only(world: World, signed_in: SignIn) -> None:
    with system_scope("an admin who serves Globex only, and two invitations"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
        for organisation in (world.acme, world.globex):
            email = f"new@{organisation.key.lower()}.example"
            invite_client(organisation=organisation, email=email, role="user", actor=actor_of(world.admin))
    foreign = queue()
    fail(foreign)
    queue("bob@globex.example")
    queue("nimal@ravingcrm.example")
    browser = signed_in(gita)
    assert shown(browser) == ["nimal@ravingcrm.example", "bob@globex.example", "new@globex.example"]
    assert browser.post(f"{PAGE}{foreign.pk}/retry/").status_code == 404


def banner(browser: Client) -> str:
    found = re.findall(r'<p class="flash warning".*?</p>', browser.get("/settings/outbox/").content.decode(), re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", " ".join(found)).split())


def test_every_page_tells_admins_of_failed_mails_to_addresses_that_they_may_see(
    world: World, admin: Client, signed_in: SignIn
) -> None:
    with system_scope("an admin of one client"):
        narrow = add_staff(email="n@ravingcrm.example", name="N", role="admin", serves=[world.globex], actor=SYSTEM)
    fail(queue("alice@acme.example"))
    assert banner(admin) == "1 mail about people’s accounts could not be delivered. Look at them"
    assert banner(signed_in(narrow)) == ""
    fail(queue("bob@globex.example"))
    assert banner(admin) == "2 mails about people’s accounts could not be delivered. Look at them"
    assert banner(signed_in(narrow)) == "1 mail about people’s accounts could not be delivered. Look at them"
    assert "could not be delivered" not in signed_in(world.agent).get("/tickets/").content.decode()

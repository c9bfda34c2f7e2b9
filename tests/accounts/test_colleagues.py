"""The client admin's page: colleagues, inviting them, and what it must not tell."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import ClientInvitation, Membership, User
from helpdesk.accounts.operations import add_client, invite_client
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from tests.accounts.letters import HOSTILE, mails
from tests.conftest import SignIn, World
from tests.support import actor_of

PAGE = "/people/"


@pytest.fixture
def amara(world: World, signed_in: SignIn) -> Client:
    """The browser of ACME's client admin."""
    return signed_in(world.amara)


def invitations() -> list[ClientInvitation]:
    with system_scope("the test looks"):
        return list(ClientInvitation.objects.select_related("organisation").order_by("pk"))


def said(browser: Client, email: str) -> tuple[int, str]:
    """What inviting the address answers, without the address itself, random marks, times and numbers."""
    answer = browser.post(PAGE, {"email": email, "role": "user"}, follow=True)
    page = answer.content.decode()
    for part in (email, email.replace("@", "@<wbr>"), answer.context["csrf_token"], answer.context["csp_nonce"]):
        page = page.replace(str(part), "·")
    return answer.status_code, re.sub(r"<time.*?</time>|/invitations/\d+/", "·", page)


def test_the_page_lists_the_own_organisations_people_only(world: World, amara: Client) -> None:
    page = amara.get(PAGE)
    assert [user.name for user in page.context["page"].people] == ["Alice", "Amara"]
    assert "Globex" not in page.content.decode()
    assert "Bob" not in page.content.decode()


@pytest.mark.parametrize("who", ["alice", "agent", "manager", "product"])
def test_others_do_not_come_in(world: World, signed_in: SignIn, who: str) -> None:
    browser = signed_in(getattr(world, who))
    for path in (PAGE, f"{PAGE}invitations/1/resend/", f"{PAGE}invitations/1/revoke/"):
        assert browser.get(path).status_code == 403
        assert browser.post(path, {"email": "x@x.example", "role": "user"}).status_code == 403
    assert invitations() == []


def test_our_own_admins_are_led_to_their_list(world: World, signed_in: SignIn) -> None:
    assert signed_in(world.admin).get(PAGE).headers["Location"] == "/settings/people/"


@pytest.mark.parametrize("role", ["user", "admin"])
def test_a_client_admin_invites_users_and_admins_of_their_own_organisation(
    world: World, amara: Client, role: str
) -> None:
    planted = {"organisation": "GLOBEX", "organisation_id": str(world.globex.pk), "invited_by": "1", "id": "7",
               "token_digest": "0" * 64, "expires_at": "2099-01-01", "accepted_user": str(world.bob.pk)}  # fmt: skip
    answer = amara.post(PAGE, {**planted, "email": "Chamari@acme.example", "role": role})
    assert answer.headers["Location"] == PAGE
    [row] = invitations()
    assert (row.organisation.key, row.email, row.role) == ("ACME", "chamari@acme.example", role)
    assert (row.invited_by_id, row.accepted_user_id) == (world.amara.pk, None)
    assert row.expires_at.year < 2099


def test_row_20_a_planted_field_gives_no_right(world: World, amara: Client) -> None:
    """row 20: no form about people takes more than its own fields."""
    planted = {"role": "agent", "serves_all": "on", "is_staff": "on", "email": "x@x.example"}
    assert amara.post(PAGE, planted).status_code == 422
    own = {"name": "Amara", "time_zone": "Asia/Colombo", "role": "admin", "email": "evil@x.example", "is_active": "",
           "organisation": "GLOBEX", "membership": "1", "password": "x", "id": "1"}  # fmt: skip
    assert amara.post("/account/", own).status_code == 302
    user = User.objects.get(pk=world.amara.pk)
    assert (user.email, user.is_active, user.check_password("secret-1")) == ("amara@acme.example", True, True)
    with system_scope("the test looks"):
        assert Membership.objects.get(user=user).organisation == world.acme
    assert invitations() == []


def test_row_42_the_answer_does_not_tell_whether_an_address_exists_elsewhere(world: World, amara: Client) -> None:
    """row 42: the same status, page and number of queries; the address's owner is mailed instead."""
    with CaptureQueriesContext(connection) as stranger:
        free = said(amara, "zzz@globex.example")
    with system_scope("back to where it was"):
        ClientInvitation.objects.all().delete()
    with CaptureQueriesContext(connection) as known:
        taken = said(amara, "bob@globex.example")
    assert free == taken
    assert taken[0] == 200
    assert len(stranger) == len(known)
    assert [mail.event for mail in mails("bob@globex.example")] == ["invitation_known"]
    [mail] = mails("bob@globex.example")
    assert "It already has an account" in mail.full_text
    assert "/invitations/" not in mail.full_text


def test_row_42_the_pending_row_of_a_known_address_behaves_like_any_other(world: World, amara: Client) -> None:
    """row 42: sent again and revoked with the same words, and listed in the same way."""
    told = []
    for email in ("zzz@globex.example", "bob@globex.example"):
        with system_scope("an hour ago"):
            row = invite_client(
                organisation=world.acme, email=email, role="user", actor=actor_of(world.amara),
                at=database_now() - timedelta(hours=1),
            )  # fmt: skip
        answers = [
            amara.post(f"{PAGE}invitations/{row.pk}/{verb}/", follow=True).content.decode()
            for verb in ("resend", "resend", "revoke", "resend")
        ]
        told.append([[line for line in page.replace(email, "·").split("\n") if "flash" in line] for page in answers])
    assert told[0] == told[1]
    assert [mail.event for mail in mails("bob@globex.example")] == ["invitation_known", "invitation_known"]


def test_row_42_the_answer_takes_as_long_for_a_known_address(world: World, amara: Client) -> None:
    """row 42: the least times of interleaved requests lie near each other; no password is hashed in either."""
    spent: dict[str, list[float]] = {"known": [], "free": []}
    with system_scope("people elsewhere"):
        for number in range(12):
            email = f"k{number}@globex.example"
            add_client(organisation=world.globex, email=email, name="K", role="user", actor=SYSTEM)
    for number in range(12):
        for kind, email in (("known", f"k{number}@globex.example"), ("free", f"f{number}@globex.example")):
            start = time.process_time()
            assert amara.post(PAGE, {"email": email, "role": "user"}).status_code == 302
            spent[kind].append(time.process_time() - start)
    assert 0.5 < min(spent["known"]) / min(spent["free"]) < 2


def test_a_colleague_is_named(amara: Client) -> None:
    answer = amara.post(PAGE, {"email": "alice@acme.example", "role": "user"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"email": ["This address is Alice's, who is in Acme Trading already."]}


def test_a_foreign_invitation_is_neither_seen_nor_touched(world: World, amara: Client) -> None:
    with system_scope("Globex invites"):
        foreign = invite_client(
            organisation=world.globex, email="g@globex.example", role="user", actor=actor_of(world.admin)
        )
    assert "g@<wbr>globex.example" not in amara.get(PAGE).content.decode()
    for verb in ("resend", "revoke"):
        answers = [amara.post(f"{PAGE}invitations/{pk}/{verb}/") for pk in (foreign.pk, foreign.pk + 999)]
        assert [answer.status_code for answer in answers] == [404, 404]
    assert invitations()[0].revoked_at is None


@pytest.mark.parametrize("hostile", HOSTILE)
def test_row_35_a_hostile_name_is_text_on_every_page_about_people(
    world: World, signed_in: SignIn, hostile: str
) -> None:
    """row 35: typed by a person, an admin or an invited one, it runs nowhere."""
    admin = signed_in(world.admin)
    signed_in(world.amara).post("/account/", {"name": hostile, "time_zone": "Asia/Colombo"})
    signed_in(world.amara).post(PAGE, {"email": "x@acme.example", "name": hostile, "role": "user"})
    admin.post(
        "/settings/people/staff/new/", {"email": "s@x.example", "name": hostile, "role": "agent", "serves_all": "on"}
    )
    paths = ["/settings/people/", "/settings/people/?organisation=ACME", f"/settings/people/{world.amara.pk}/",
             "/settings/audit/", "/settings/audit/?log=vendor", "/settings/outbox/accounts/", "/settings/outbox/",
             f"/settings/people/?q={hostile}", f"/settings/audit/?person={hostile}&subject={hostile}&action={hostile}",
             f"/settings/outbox/?state={hostile}", f"/settings/outbox/accounts/?state={hostile}"]  # fmt: skip
    seen = 0
    for browser, path in [
        *((admin, path) for path in paths),
        (signed_in(world.amara), PAGE),
        (signed_in(world.amara), "/account/"),
    ]:
        page = browser.get(path).content.decode()
        seen += "alert(1)" in page or "{{ 7|add:7 }}" in page
        for part in ("<script>alert", "<img src=x", "<svg/onload", "</textarea><script", 'href="javascript'):
            assert part not in page, path
        assert "14{" not in page
    assert seen >= 5, "the text was there to be looked at"


def test_the_list_takes_the_same_number_of_queries_at_any_size(world: World, amara: Client) -> None:
    def grow(count: int, letter: str) -> None:
        with system_scope("a crowd"):
            for number in range(count):
                email = f"{letter}{number}@acme.example"
                add_client(organisation=world.acme, email=email, name=f"{letter}{number}", role="user", actor=SYSTEM)
                invite_client(organisation=world.acme, email=f"i{email}", role="user", actor=actor_of(world.admin))

    grow(2, "c")
    with CaptureQueriesContext(connection) as few:
        amara.get(PAGE)
    grow(30, "d")
    with CaptureQueriesContext(connection) as many:
        page = amara.get(PAGE)
    assert (len(page.context["page"].people), len(page.context["invitations"])) == (34, 32)
    assert len(many) == len(few)

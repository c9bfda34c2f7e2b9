"""What the pages of admins and of people show of mails and tokens, and how many statements a list of rows takes."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import ApiToken, StaffService
from helpdesk.accounts.operations import add_staff, deactivate_person, invite_client, invite_staff, set_served
from helpdesk.accounts.operations.tokens import create_token
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.operations import queue_account_notice
from tests.conftest import SignIn, World
from tests.support import actor_of


def test_a_mail_about_an_invitation_is_shown_with_the_invitation_not_with_its_address(
    world: World, signed_in: SignIn
) -> None:
    """Globex invites an address that ACME invites too, and one of ACME's own people: neither is ACME's to see."""
    with system_scope("an admin who serves ACME only, and invitations"):
        lina = add_staff(email="lina@ravingcrm.example", name="Lina", role="admin", serves=[world.acme], actor=SYSTEM)
        gina = actor_of(world.admin)
        for organisation in (world.globex, world.acme):
            invite_client(organisation=organisation, email="new@x.example", role="user", actor=gina)
        client_admin = world.bob
        client_admin.membership.role = "admin"
        client_admin.membership.save()
        invite_client(organisation=world.globex, email=world.alice.email, role="user", actor=actor_of(client_admin))
        invite_staff(email="colleague@ravingcrm.example", role="agent", serves=None, actor=gina)
        queue_account_notice(recipient=world.alice.email, event="reset", subject="Choose", text="…")
        queue_account_notice(recipient=world.bob.email, event="reset", subject="Choose", text="…")
    listed = signed_in(lina).get("/settings/outbox/accounts/")
    assert [(mail.recipient, mail.event) for mail in listed.context["mails"]] == [
        ("alice@acme.example", "reset"),
        ("colleague@ravingcrm.example", "invitation"),
        ("new@x.example", "invitation"),
    ]
    assert "Globex" not in listed.content.decode()
    assert len(signed_in(world.admin).get("/settings/outbox/accounts/").context["mails"]) == 6


def test_who_has_lost_access_meanwhile_makes_no_token(world: World) -> None:
    with system_scope("a request that began before"):
        actor = actor_of(world.alice)
        deactivate_person(user=world.alice, actor=SYSTEM)
        with pytest.raises(Forbidden, match="You have no access any more"):
            create_token(person=world.alice, name="n", scopes=["read"], days=30, actor=actor)
    assert not ApiToken.objects.exists()


def test_the_page_lists_the_tokens_that_work_and_the_newest_twenty_others(world: World, signed_in: SignIn) -> None:
    with system_scope("many tokens"):
        actor, at = actor_of(world.alice), database_now()
        for number in range(30):
            moment = at - timedelta(days=100 - 2 * number)
            days = 365 if number < 2 else 1
            create_token(person=world.alice, name=f"t{number}", scopes=["read"], days=days, actor=actor, at=moment)
    rows = signed_in(world.alice).get("/account/tokens/").context["rows"]
    assert [(token.name, live) for token, live in rows] == [
        ("t1", True),
        ("t0", True),
        *((f"t{number}", False) for number in range(29, 9, -1)),
    ]


def test_whom_somebody_serves_is_written_with_one_statement(world: World) -> None:
    with system_scope("serving"):
        actor, both = actor_of(world.admin), [world.acme, world.globex]
        with CaptureQueriesContext(connection) as taken:
            made = add_staff(email="a@x.example", name="A", role="agent", serves=both, actor=actor)
            set_served(staff=world.narrow, serves=both, actor=actor)
        inserts = [query["sql"] for query in taken if query["sql"].startswith("INSERT INTO accounts_staffservice")]
        assert len(inserts) == 2
        for staff in (made, world.narrow):
            held = StaffService.objects.filter(staff=staff).values_list("organisation_id", flat=True)
            assert sorted(held) == [world.acme.pk, world.globex.pk]

"""A queued notice does not outlive its recipient's access: it is asked about just before it would be sent."""

from datetime import timedelta
from hashlib import sha256

import pytest

from helpdesk.accounts.models import Membership, StaffMember, StaffService, Team, User
from helpdesk.accounts.operations import add_client
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.notifications.keys import key_of, occurrence_of
from helpdesk.notifications.models import DeliveryState, Notice
from helpdesk.notifications.operations import retry_notice
from helpdesk.notifications.sending import deliver_due
from helpdesk.notifications.withholding import INSTEAD, ROLE
from tests.support import actor_of, colombo
from tickets.operations.intake import open_ticket
from tickets.operations.sweep import sweep

MALINI, NADIA, ALICE = "malini@ravingcrm.example", "nadia@ravingcrm.example", "alice@acme.example"
DEACTIVATED = f"Not sent: Malini is deactivated. {INSTEAD}"


def deactivate(person: StaffMember | User) -> None:
    user = person.user if isinstance(person, StaffMember) else person
    User.objects.filter(pk=user.pk).update(is_active=False)


def outcome(recipient: str) -> tuple[str, str]:
    return Notice.objects.values_list("state", "last_error").get(recipient=recipient)


def sent_to(provider) -> list[str]:
    return [mail.to[0] for mail in provider.accepted]


def test_who_is_deactivated_is_not_told_and_the_admins_are(queue, provider, world):
    queue(MALINI, level=2, reason="The response was due.")
    deactivate(world.manager)
    assert deliver_due() == 2
    assert outcome(MALINI) == (DeliveryState.ARCHIVED, DEACTIVATED)
    assert sent_to(provider) == ["indra@ravingcrm.example"]
    told = Notice.objects.get(recipient="indra@ravingcrm.example")
    assert (told.state, told.event, told.level, told.role) == (DeliveryState.SENT, "response_overdue", 2, ROLE)
    assert told.reason == f"The response was due. Malini is deactivated. {INSTEAD}"
    assert told.key == "ACME-1:response:response_overdue:1:1:indra@ravingcrm.example"


def test_who_no_longer_serves_the_organisation_is_not_told(queue, provider, world):
    queue(NADIA, level=1)
    assert deliver_due() == 2
    assert outcome(NADIA) == (
        DeliveryState.ARCHIVED,
        f"Not sent: Nadia no longer serves or belongs to this organisation. {INSTEAD}",
    )
    assert sent_to(provider) == ["indra@ravingcrm.example"]


def test_who_serves_it_by_a_row_of_its_own_is_told(queue, provider, world):
    StaffService.objects.create(staff=world.narrow, organisation=world.acme)
    queue(NADIA, level=1)
    deliver_due()
    assert sent_to(provider) == [NADIA]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda world: deactivate(world.alice), "Alice is deactivated."),
        (
            lambda world: Membership.objects.filter(user=world.alice).update(organisation=world.globex),
            "Alice no longer serves or belongs to this organisation.",
        ),
        (
            lambda world: type(world.acme).objects.filter(pk=world.acme.pk).update(is_active=False),
            "Alice no longer serves or belongs to this organisation.",
        ),
    ],
)
def test_a_client_without_access_is_not_told_and_nobody_else_is(queue, provider, world, change, why):
    queue(ALICE)
    change(world)
    assert deliver_due() == 1
    assert outcome(ALICE) == (DeliveryState.ARCHIVED, f"Not sent: {why}")
    assert sent_to(provider) == []


@pytest.mark.parametrize("recipient", ["Alice@ACME.example", "product@partner.example"])
def test_a_client_with_access_and_an_address_that_is_no_persons_are_told(queue, provider, recipient):
    queue(recipient)
    deliver_due()
    assert sent_to(provider) == [recipient]


def test_a_failed_notice_that_is_tried_again_is_asked_about_too(queue, provider, world):
    notice = queue(MALINI, level=2)
    Notice.objects.update(state=DeliveryState.DEAD)
    deactivate(world.manager)
    retry_notice(notice=notice, actor=actor_of(world.admin))
    deliver_due()
    assert outcome(MALINI) == (DeliveryState.ARCHIVED, DEACTIVATED)
    assert sent_to(provider) == ["indra@ravingcrm.example"]


def test_of_a_team_the_others_are_enough_until_the_last_has_gone(queue, provider, world):
    for recipient in (MALINI, "nimal@ravingcrm.example"):
        queue(recipient, level=1)
    deactivate(world.manager)
    deliver_due()
    assert outcome(MALINI) == (DeliveryState.ARCHIVED, "Not sent: Malini is deactivated.")
    assert sent_to(provider) == ["nimal@ravingcrm.example"]


def test_who_is_told_in_another_role_does_not_stand_in_for_the_level(queue, provider, world):
    queue(MALINI, level=3)
    queue("nimal@ravingcrm.example", level=3)
    Notice.objects.filter(recipient=MALINI).update(role="In copy")
    deactivate(world.manager)
    deliver_due()
    assert sorted(sent_to(provider)) == ["indra@ravingcrm.example", "nimal@ravingcrm.example"]


def test_a_whole_team_that_has_gone_leaves_the_admins_with_one_mail_each(queue, provider, world):
    for recipient in (MALINI, "nimal@ravingcrm.example"):
        queue(recipient, level=1)
    deactivate(world.manager)
    deactivate(world.agent)
    deliver_due()
    assert sent_to(provider) == ["indra@ravingcrm.example"]
    assert Notice.objects.filter(state=DeliveryState.ARCHIVED).count() == 2


def test_a_rung_whose_only_person_goes_before_the_mail_does_reaches_the_admins(world, everything, provider):
    Team.objects.get(key="product").members.clear()
    open_ticket(
        organisation=world.acme, requester=world.alice, subject="s", description="d", severity="P1",
        actor=actor_of(world.alice), at=colombo("2026-11-16 10:00"),
    )  # fmt: skip
    Notice.objects.all().delete()
    sweep(at=colombo("2026-11-17 10:01"))
    Notice.objects.update(next_at=database_now() - timedelta(seconds=1))
    deactivate(world.manager)
    deliver_due()
    told = Notice.objects.filter(event="response_overdue").order_by("pk").values_list("recipient", "state")
    assert list(told) == [(MALINI, DeliveryState.ARCHIVED), ("indra@ravingcrm.example", DeliveryState.SENT)]


# --- keys of long addresses -----------------------------------------------------------------------------------

LONG = "a" * 60 + "@" + ".".join(["b" * 60] * 3) + ".example"


def test_a_short_key_names_the_address_and_a_long_one_its_digest():
    assert key_of(occurrence="ACME-1:x", address="A@acme.example") == "ACME-1:x:a@acme.example"
    long = key_of(occurrence="ACME-1:x", address=LONG)
    assert long == key_of(occurrence="ACME-1:x", address=LONG.upper())
    assert len(long) == len("ACME-1:x:") + 64
    assert [occurrence_of(key=key_of(occurrence="a:1", address=one), address=one) for one in ("X@y.example", LONG)] == [
        "a:1",
        "a:1",
    ]


def test_a_person_with_the_longest_address_may_submit_and_is_told_once(world, everything):
    person = add_client(organisation=world.acme, email=LONG, name="L", role="user", actor=SYSTEM)
    open_ticket(
        organisation=world.acme, requester=person, subject="s", description="d", severity="P3", actor=actor_of(person)
    )
    notice = Notice.objects.get(recipient=LONG)
    assert notice.key.endswith(sha256(LONG.encode()).hexdigest())

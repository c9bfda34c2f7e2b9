"""One's own page: name and time zone."""

import pytest
from django.test import Client

from helpdesk.accounts.models import User
from helpdesk.accounts.operations import update_profile
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import actor_of

PAGE = "/account/"


def test_a_client_changes_their_own_name_and_zone(world: World, signed_in: SignIn) -> None:
    browser = signed_in(world.alice)
    assert 'value="Alice"' in browser.get(PAGE).content.decode()
    assert browser.post(PAGE, {"name": " Alice G. ", "time_zone": "Europe/Berlin"}).headers["Location"] == PAGE
    user = User.objects.get(pk=world.alice.pk)
    assert (user.name, user.time_zone) == ("Alice G.", "Europe/Berlin")
    with system_scope("the test looks"):
        entry = AuditEntry.objects.get(action="person.profile")
    assert (entry.organisation_id, entry.subject) == (world.acme.pk, "alice@acme.example")
    assert entry.data == {
        "before": {"name": "Alice", "time_zone": "Asia/Colombo"},
        "after": {"name": "Alice G.", "time_zone": "Europe/Berlin"},
    }
    browser.post(PAGE, {"name": "Alice G.", "time_zone": "Europe/Berlin"})
    with system_scope("saving the same again is no change"):
        assert AuditEntry.objects.filter(action="person.profile").count() == 1


def test_a_staff_members_change_is_in_the_vendors_log(world: World, signed_in: SignIn) -> None:
    signed_in(world.agent).post(PAGE, {"name": "Nimal P.", "time_zone": "UTC"})
    with system_scope("the test looks"):
        assert VendorAuditEntry.objects.get(action="person.profile").subject == "nimal@ravingcrm.example"


@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"name": "", "time_zone": "UTC"}, {"name": ["Say your name: it stands beside what you write."]}),
        ({"name": "A"}, {"time_zone": ["Choose your time zone."]}),
        (
            {"name": "A", "time_zone": "Mars/Base"},
            {"time_zone": ["Select a valid choice. Mars/Base is not one of the available choices."]},
        ),
    ],
)
def test_a_refusal_stands_beside_its_field(
    world: World, signed_in: SignIn, typed: dict[str, str], errors: dict[str, list[str]]
) -> None:
    answer = signed_in(world.alice).post(PAGE, typed)
    assert (answer.status_code, answer.context["form"].errors) == (422, errors)


def test_a_stored_zone_that_the_list_lacks_can_be_kept(world: World, signed_in: SignIn) -> None:
    User.objects.filter(pk=world.alice.pk).update(time_zone="EST")
    assert signed_in(world.alice).post(PAGE, {"name": "A", "time_zone": "EST"}).status_code == 302


def test_the_operation_is_for_oneself_and_for_real_zones(world: World) -> None:
    with system_scope("actors"):
        alice, admin = actor_of(world.alice), actor_of(world.admin)
    with pytest.raises(Forbidden):
        update_profile(user=world.alice, name="X", time_zone="UTC", actor=admin)
    with pytest.raises(DomainError, match=r"There is no such time zone."):
        update_profile(user=world.alice, name="X", time_zone="../etc/passwd", actor=alice)


def test_a_stranger_is_sent_to_sign_in(db: None) -> None:
    assert Client().get(PAGE).headers["Location"] == "/accounts/login/?next=/account/"

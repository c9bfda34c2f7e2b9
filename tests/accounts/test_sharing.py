"""Whether the people of an organisation see each other's tickets."""

import pytest

from helpdesk.accounts.models import Organisation
from helpdesk.accounts.operations import share_tickets
from helpdesk.audit.models import AuditEntry
from helpdesk.lib.errors import Forbidden
from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of


@pytest.fixture(autouse=True)
def _everything(world):
    """Operations that the tests call see every organisation; requests open a scope of their own."""
    with system_scope("tests look at everything"):
        yield


@pytest.fixture
def colleagues_ticket(world):
    """A ticket that Amara has opened: Alice is of the same organisation, Bob of another."""
    from tickets.operations.intake import open_ticket

    with system_scope("the test opens a ticket"):
        return open_ticket(
            organisation=world.acme,
            requester=world.amara,
            subject="Amara's",
            description="Hers.",
            severity="P3",
            actor=actor_of(world.amara),
        )


def sees(browser, ticket) -> bool:
    listed = ticket.subject in browser.get("/tickets/").content.decode().replace("&#x27;", "'")
    opened = browser.get(ticket.path).status_code == 200
    assert listed == opened
    return opened


def test_a_client_admin_lets_everybody_see_all_tickets_and_takes_it_back(world, signed_in, colleagues_ticket):
    alice, amara, bob = signed_in(world.alice), signed_in(world.amara), signed_in(world.bob)
    assert not sees(alice, colleagues_ticket)
    page = amara.post("/people/sharing/", {"wanted": "on"}, follow=True).content.decode()
    assert "Everybody of Acme Trading now sees all of its tickets." in page
    assert sees(alice, colleagues_ticket)
    assert not sees(bob, colleagues_ticket)
    amara.post("/people/sharing/", {})
    assert not sees(alice, colleagues_ticket)
    with system_scope("the test looks"):
        changes = AuditEntry.objects.filter(action="organisation.share").order_by("pk")
        assert [entry.data for entry in changes] == [{"members_see_all": True}, {"members_see_all": False}]


def test_our_admin_switches_it_for_an_organisation_that_they_serve(world, signed_in):
    admin = signed_in(world.admin)
    answer = admin.post("/settings/organisations/ACME/sharing/", {"wanted": "on"}, follow=True)
    assert "Everybody of Acme Trading sees all of its tickets" in answer.content.decode()
    assert dict(Organisation.objects.values_list("key", "members_see_all")) == {"ACME": True, "GLOBEX": False}
    assert admin.post("/settings/organisations/NOBODY/sharing/", {}).status_code == 404


def test_others_may_not_switch_it(world, signed_in):
    assert signed_in(world.alice).post("/people/sharing/", {"wanted": "on"}).status_code == 403
    assert signed_in(world.agent).post("/settings/organisations/ACME/sharing/", {"wanted": "on"}).status_code == 403
    with pytest.raises(Forbidden):
        share_tickets(organisation=world.acme, wanted=True, actor=actor_of(world.alice))
    assert not Organisation.objects.get(key="ACME").members_see_all


def test_the_same_again_changes_and_records_nothing(world):
    for _ in range(2):
        share_tickets(organisation=world.acme, wanted=False, actor=actor_of(world.amara))
    with system_scope("the test looks"):
        assert AuditEntry.objects.filter(action="organisation.share").count() == 0

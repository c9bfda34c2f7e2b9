"""An admin who serves some organisations learns of no other from an invitation to the vendor's side."""

import pytest

from helpdesk.accounts.operations import add_staff, invite_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of


@pytest.fixture
def invitation(world):
    with system_scope("tests invite"):
        serves = [world.acme, world.globex]
        return invite_staff(email="n@ravingcrm.example", role="agent", serves=serves, actor=actor_of(world.admin))


def test_an_invitations_organisations_are_those_that_the_reader_serves(world, caller, invitation):
    with system_scope("tests hire"):
        part = add_staff(email="p@ravingcrm.example", name="Part", role="admin", serves=[world.acme], actor=SYSTEM)
    for who, served in ((part, ["ACME"]), (world.admin, ["ACME", "GLOBEX"])):
        asking = caller(who)
        [listed] = asking.get("/staff-invitations/").json()["items"]
        one = asking.get(f"/staff-invitations/{invitation.pk}/")
        assert (sorted(listed["serves"]), one.json()) == (served, listed)

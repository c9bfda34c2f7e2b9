"""Two admins who change each other at the same moment: both are answered, neither waits for the other for ever."""

import pytest

from helpdesk.accounts.operations import add_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.api.conftest import Caller, token_for
from tests.reliability.test_concurrency import at_once

ROUNDS = 8


@pytest.mark.django_db(transaction=True)
def test_two_admins_who_change_each_other_are_both_answered(committed_world):
    """An audit row points at who acted: a lock upon that person's key would have closed the circle."""
    with system_scope("tests hire"):
        other = add_staff(email="a2@ravingcrm.example", name="Two", role="admin", serves=None, actor=SYSTEM)
    texts = {member.pk: token_for(member) for member in (committed_world.admin, other)}

    def change(acting, changed, teams):
        path = f"/people/{changed.user_id}/"
        return lambda: Caller(texts[acting.pk]).patch(path, {"teams": teams}, If_Match="*").status_code

    for turn in range(ROUNDS):
        teams = ["support"] if turn % 2 else []
        works = [change(committed_world.admin, other, teams), change(other, committed_world.admin, teams)]
        assert at_once(*works) == [200, 200]

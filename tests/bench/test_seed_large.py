"""A large demo: the story with its people, and beside it a bulk of other organisations' tickets."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from helpdesk.accounts.models import Organisation, Team, User
from helpdesk.demo import operations
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from tickets.models import SearchRow, Ticket
from tickets.operations.replay import differences


def test_all_but_a_story_is_loaded_in_bulk_and_belongs_to_organisations_of_its_own(db, monkeypatch):
    monkeypatch.setattr(operations, "FAST_FROM", 40)
    monkeypatch.setattr(operations, "STORY", 12)
    call_command("seed_demo", tickets=60, open=20, organisations=9, stdout=StringIO())
    with system_scope("the test counts everything"):
        bulk = Ticket.objects.filter(organisation__key__startswith="B0")
        assert (Organisation.objects.count(), Ticket.objects.count()) == (9, 60)
        assert (bulk.count(), bulk.filter(in_queue=True).count()) == (48, 20)
        assert not bulk.exclude(calendar__key="sri-lanka").exists()
        assert SearchRow.objects.count() == 60
        now, tickets = database_now(), bulk.select_related("organisation", "calendar")
        assert [found for ticket in tickets for found in differences(ticket, at=now)] == []
        team = Team.objects.get(key="support").members.values_list("user__email", flat=True)
        assert {"agent@ravingcrm.example", "agent1@ravingcrm.example"} <= set(team)
        assert User.objects.filter(email="client@acme.example").exists()


@pytest.mark.parametrize("wrong", [{"tickets": 11}, {"open": 61}, {"open": -1}, {"organisations": 6}])
def test_sizes_that_make_no_desk_are_refused(wrong):
    with pytest.raises(CommandError, match="must be"):
        call_command("seed_demo", **{"tickets": 60, **wrong})

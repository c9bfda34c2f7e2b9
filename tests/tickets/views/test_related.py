"""Beside a ticket: the requester's others and those with a like subject, for staff, at a fixed cost."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.support import actor_of
from tickets import similar
from tickets.models import Ticket
from tickets.similar import others_of_requester, similar_to

pytestmark = pytest.mark.usefixtures("everything", "monday")


@pytest.fixture
def ticket(submit) -> Ticket:
    return submit("P3", subject="Invoices cannot be printed")


def numbers(found):
    return [one.number for one in found]


def test_the_likest_come_first_and_nothing_unlike_or_foreign(ticket, submit, world):
    submit("P3", subject="Password forgotten")
    submit("P3", subject="Printed invoices have no logo")
    submit("P3", subject="The invoices cannot be printed", requester=world.amara, actor=actor_of(world.amara))
    bob = {"organisation": world.globex, "requester": world.bob, "actor": actor_of(world.bob)}
    submit("P3", subject=ticket.subject, **bob)
    assert numbers(similar_to(ticket)) == [4, 3]


def test_only_the_newest_are_looked_at(ticket, submit, monkeypatch):
    monkeypatch.setattr(similar, "LOOKED_AT", 2)
    submit("P3", subject=ticket.subject)
    submit("P3", subject="Something else")
    submit("P3", subject="And again another")
    assert numbers(similar_to(ticket)) == []


def test_the_requesters_others_are_the_newest_five(ticket, submit, world):
    submit("P3", requester=world.amara, actor=actor_of(world.amara))
    for _ in range(6):
        submit("P3")
    assert numbers(others_of_requester(ticket)) == [8, 7, 6, 5, 4]


def test_the_subjects_are_compared_by_way_of_the_numbers_index(ticket, submit):
    values = {"organisation": ticket.organisation_id, "ticket": ticket.pk, "subject": ticket.subject}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("SET LOCAL enable_sort = off")
        cursor.execute("EXPLAIN " + similar.SIMILAR, {**values, "looked_at": 500, "likeness": 0.3, "most": 5})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "Index Scan Backward using tickets_number_once" in plan
    assert "Seq Scan" not in plan


def test_staff_see_them_clients_do_not_and_more_of_them_cost_no_more(ticket, submit, world, signed_in):
    agent = signed_in(world.agent)

    def page():
        with CaptureQueriesContext(connection) as found:
            text = agent.get(ticket.path).content.decode()
        return text, len(found)

    page()
    alone, few = page()
    assert "No other tickets yet." in alone
    assert "None with a like subject among the newest of Acme Trading." in alone
    for _ in range(4):
        submit("P3", subject=ticket.subject)
    crowded, many = page()
    assert crowded.partition('id="similar"')[2].count("Invoices cannot be printed") == 4
    assert many == few
    assert 'id="similar"' not in signed_in(world.alice).get(ticket.path).content.decode()

"""A foreign organisation's row cannot be read, referenced or written: not by the ORM, raw SQL or prefetch.

All of it runs under the app's role; both organisations have rows in every table asked.
"""

import uuid
from datetime import UTC, datetime, time, timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from django.db.models import Prefetch
from django.db.utils import ProgrammingError

from helpdesk.accounts.models import Organisation, StaffMember, StaffService, User
from helpdesk.accounts.operations import invite_staff
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import ScopeError, TenantModel, VendorModel, scope, system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.operations import queue_account_notice
from sla.operations.calendar_changes import Change
from sla.operations.planning import plan_calendar_edit
from status.models import BudgetAlert, Component, PublicNotice, Subscriber
from status.operations.exclusions import ExclusionText, propose_exclusion
from status.operations.incidents import UpdateText, open_incident, post_update
from status.operations.maintenance import WindowText, plan_window
from status.operations.series import SeriesText, plan_series
from status.operations.surges import propose_surge
from status.operations.threads import attach_ticket
from tests.isolation.conftest import CANARY, world_with_a_pair
from tests.support import actor_of, colombo
from tickets.models import EntryKind, Escalation, PolledMailbox, ProviderPost, Ticket, TicketLink, TimelineEntry
from tickets.operations.conversation import reply
from tickets.operations.inbound.canary import ask_canary
from tickets.operations.inbound.receiving import receive_mail
from tickets.operations.intake import open_ticket
from tickets.operations.sweep import sweep

TENANT = [model for model in apps.get_models() if issubclass(model, TenantModel)]
VENDOR = [model for model in apps.get_models() if issubclass(model, VendorModel)]
REFUSED = "violates row-level security policy"
AT = datetime(2026, 1, 21, 5, 0, tzinfo=UTC)


def run(sql: str, *params: object) -> int:
    """Run a statement in a savepoint; returns how many rows it met."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.rowcount


def check_keys(sql: str, *params: object) -> None:
    """Run a statement in a savepoint and let its deferred keys be checked now."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def make_stage():
    """Each organisation's ticket linked with a second one of it, so that the links' table is not empty either,
    an incident and an exclusion that it alone may know of, and a surge of both their tickets.
    """
    world = world_with_a_pair()
    pair = world.pair
    with system_scope("the tests' links"):
        for ticket, requester in ((pair.acme, world.alice), (pair.globex, world.bob)):
            second = open_ticket(
                organisation=ticket.organisation, requester=requester, subject=f"Again: {ticket.subject}",
                description=ticket.description, severity="P4", actor=actor_of(requester),
                at=colombo("2026-01-19 10:00"),
            )  # fmt: skip
            TicketLink.objects.create(organisation=ticket.organisation, ticket=ticket, other=second, kind="same")
            agent, told = actor_of(world.agent), UpdateText(phase="investigating", body=CANARY)
            incident = open_incident(actor=agent, title="Slow", organisations=[ticket.organisation], update=told)
            attach_ticket(incident=incident, ticket=ticket, actor=agent)
            post_update(incident=incident, actor=agent, update=told)
            theirs = ExclusionText(
                reason="customer_network", begins_at=AT, ends_at=AT + timedelta(hours=1), evidence=CANARY
            )
            propose_exclusion(actor=agent, text=theirs, organisations=[ticket.organisation])
            plan_maintenance(world, ticket.organisation)
        propose_surge(words="slow", tickets=[pair.acme, pair.globex], at=colombo("2026-01-19 10:00"))
    return world


def plan_maintenance(world, organisation) -> None:
    """A window and a series that the organisation alone may know of."""
    admin, at = actor_of(world.admin), colombo("2026-01-19 10:00")
    text = WindowText(title=CANARY, begins_at=at + timedelta(days=3), ends_at=at + timedelta(days=4))
    plan_window(actor=admin, text=text, organisations=[organisation], at=at)
    again = SeriesText(title=CANARY, rule="FREQ=YEARLY", first_on=at.date(), opens=time(1), minutes=60, zone="UTC")
    plan_series(actor=admin, text=again, organisations=[organisation], at=at)


@pytest.fixture
def in_acme(world, pair):
    """Work done for ACME, where Globex is foreign."""
    with scope({world.acme.pk}):
        yield pair


# --- read ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manager", ["_default_manager", "_base_manager"])
def test_the_orm_reads_no_foreign_row(world, pair, manager):
    with system_scope("both organisations have rows in every table"):
        StaffService(organisation=world.acme, staff=world.agent).save(force_insert=True)
        for model in TENANT:
            assert {row.organisation_id for row in model.objects.all()} == {world.acme.pk, world.globex.pk}, model
    with scope({world.acme.pk}):
        for model in TENANT:
            assert {row.organisation_id for row in getattr(model, manager).all()} == {world.acme.pk}, model


def test_a_known_id_opens_no_foreign_row(in_acme):
    with pytest.raises(Ticket.DoesNotExist):
        Ticket.objects.get(pk=in_acme.globex.pk)
    with pytest.raises(Ticket.DoesNotExist):
        Ticket.objects.get(public_id=in_acme.globex.public_id)
    with pytest.raises(Ticket.DoesNotExist):
        in_acme.globex.refresh_from_db()


def test_raw_sql_reads_no_foreign_row(world, in_acme):
    for model in TENANT:
        foreign = f"SELECT count(*) FROM {model._meta.db_table} WHERE organisation_id <> %s"  # noqa: S608 - our own names
        with connection.cursor() as cursor:
            cursor.execute(foreign, [world.acme.pk])
            assert cursor.fetchone() == (0,), model


@pytest.mark.parametrize("model", VENDOR, ids=lambda model: model._meta.label)
def test_the_vendors_tables_are_readable_in_the_system_scope_only(world, pair, model):
    queue_account_notice(recipient="a@acme.example", event="reset", subject="Reset", text="secret")
    with system_scope("an invitation to the vendor's side"):
        invite_staff(email="s@ravingcrm.example", role="agent", serves=None, actor=SYSTEM)
        PolledMailbox.objects.create(name="support at imap.example")
        now = database_now()
        BudgetAlert.objects.create(month="2026-01", step=50, told_at=now)
        ProviderPost.objects.create(provider="mailgun", kind="inbound", body=b"x", received_at=now, next_at=now)
        PublicNotice.objects.create(key="incident:1", subject="Mail is slow", text="We look into it.")
        subscriber = Subscriber.objects.create(address="reader@elsewhere.example", is_whole=False, created_at=now)
        part = Component.objects.create(name="A part of its own", started_on=now.date(), updated_at=now)
        subscriber.components.add(part)
    receive_mail(raw=b"From: a@acme.example", channel="smtp")
    ask_canary(actor=SYSTEM)
    confirm: Change = {"do": "year.confirm", "year": 2027}
    plan_calendar_edit(calendar=pair.acme.calendar, changes=[confirm], year=2027, actor=actor_of(world.admin))
    sweep()
    with system_scope("there are rows"):
        assert model.objects.count() > 0
    with scope({world.acme.pk, world.globex.pk}):
        assert model.objects.count() == 0
    assert model.objects.count() == 0, "nor without any scope"


def test_prefetched_and_reverse_relations_hold_no_foreign_row(world, pair):
    foreign = pair.globex
    with scope({world.acme.pk}):
        models.prefetch_related_objects([foreign], "timeline", "clocks", "escalations")
        assert [list(foreign.timeline.all()), list(foreign.clocks.all()), list(foreign.escalations.all())] == [
            [],
            [],
            [],
        ]
        assert list(Ticket(pk=foreign.pk).timeline.all()) == []
        past_the_manager = Prefetch("timeline", queryset=TimelineEntry._base_manager.all(), to_attr="everything")
        found = Ticket._base_manager.prefetch_related(past_the_manager)
        assert {entry.organisation_id for ticket in found for entry in ticket.everything} == {world.acme.pk}
        staff = StaffMember.objects.prefetch_related("services").get(pk=world.narrow.pk)
        assert list(staff.services.all()) == [], "whom Globex's agent serves is Globex's row"
        bob = User.objects.select_related("membership").get(pk=world.bob.pk)
        assert not hasattr(bob, "membership")
        assert list(User.objects.filter(membership__organisation=world.globex)) == []


def test_aggregates_and_subqueries_count_no_foreign_row(world, in_acme):
    assert Ticket.objects.count() == 2
    through = Organisation.objects.filter(pk__in=Ticket._base_manager.values("organisation_id"))
    assert [one.key for one in through] == ["ACME"]
    assert not Notice.objects.filter(facts__subject__contains=CANARY).exists()
    assert Notice._base_manager.aggregate(models.Count("pk"))["pk__count"] == Notice.objects.count()


def test_a_server_side_cursor_streams_no_foreign_row(world, in_acme):
    assert {row.organisation_id for row in TimelineEntry._base_manager.iterator(chunk_size=2)} == {world.acme.pk}


# --- write --------------------------------------------------------------------------------------------------


def test_the_orm_changes_and_deletes_no_foreign_row(world, pair):
    with scope({world.acme.pk}):
        assert Ticket._base_manager.filter(pk=pair.globex.pk).update(subject="Mine now") == 0
        assert Escalation._base_manager.filter(ticket_id=pair.globex.pk).delete()[0] == 0
        pair.globex.subject = "Mine now"
        with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
            pair.globex.save()
        with pytest.raises(DatabaseError, match="did not affect any rows"), transaction.atomic():
            pair.globex.save(force_update=True)
    with system_scope("what stands there"):
        assert Ticket.objects.get(pk=pair.globex.pk).subject == f"Invoices fail {CANARY}"
        assert Escalation.objects.filter(ticket=pair.globex).exists()


def test_the_orm_inserts_no_foreign_row(world, in_acme):
    entry = TimelineEntry(
        organisation=world.globex, ticket=in_acme.globex, kind=EntryKind.NOTE, at=AT, actor_kind="staff",
        actor_name="Nobody", is_public=False, body="planted",
    )  # fmt: skip
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        entry.save(force_insert=True)
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        TimelineEntry._base_manager.bulk_create([entry])


def test_no_row_can_be_given_away_to_another_organisation(world, in_acme):
    with pytest.raises(ProgrammingError, match=REFUSED), transaction.atomic():
        Ticket.objects.filter(pk=in_acme.acme.pk).update(organisation=world.globex)


def test_raw_sql_changes_no_foreign_row(world, in_acme):
    for table in (model._meta.db_table for model in TENANT):
        change = f"UPDATE {table} SET organisation_id = organisation_id WHERE organisation_id = %s"  # noqa: S608
        assert run(change, world.globex.pk) == 0, table
        assert run(f"DELETE FROM {table} WHERE organisation_id = %s", world.globex.pk) == 0, table  # noqa: S608


def test_raw_sql_inserts_no_foreign_row(world, in_acme):
    insert = "INSERT INTO tickets_ticketcounter (organisation_id, last_number) VALUES (%s, 9)"
    with pytest.raises(ProgrammingError, match=REFUSED):
        run(f"{insert} ON CONFLICT (organisation_id) DO NOTHING", world.globex.pk)
    with pytest.raises(ProgrammingError, match=REFUSED):
        run(f"{insert} ON CONFLICT (organisation_id) DO UPDATE SET last_number = 0", world.globex.pk)


def test_an_operation_given_a_foreign_ticket_refuses(world, in_acme):
    with pytest.raises(Ticket.DoesNotExist), transaction.atomic():
        reply(ticket=in_acme.globex, actor=actor_of(world.agent), body="From the wrong room.")


def test_an_organisation_cannot_be_opened_a_ticket_in_from_outside_its_scope(world, in_acme):
    with pytest.raises(DatabaseError, match=REFUSED), transaction.atomic():
        open_ticket(
            organisation=world.globex, requester=world.bob, subject="Planted", description="Planted", severity="P1",
            actor=actor_of(world.agent),
        )  # fmt: skip


# --- reference: refused by the composite keys even in the system's scope --------------------------------------


@pytest.fixture
def everywhere(pair):
    with system_scope("row-level security is out of the way: the keys alone must hold"):
        yield pair


def test_no_ticket_has_a_requester_of_another_organisation(world, everywhere):
    with pytest.raises(IntegrityError, match="requester_id_same_organisation"):
        check_keys("UPDATE tickets_ticket SET requester_id = %s WHERE id = %s", world.bob.pk, everywhere.acme.pk)


def test_no_ticket_follows_another_organisations(everywhere):
    with pytest.raises(IntegrityError, match="follows_id_same_organisation"):
        check_keys("UPDATE tickets_ticket SET follows_id = %s WHERE id = %s", everywhere.globex.pk, everywhere.acme.pk)


def test_no_timeline_entry_stands_on_another_organisations_ticket(world, everywhere):
    with pytest.raises(IntegrityError, match="ticket_id_same_organisation"):
        check_keys(
            "INSERT INTO tickets_timelineentry (organisation_id, ticket_id, kind, at, actor_kind, actor_name, "
            "is_public, body, data) VALUES (%s, %s, 'note', now(), 'staff', 'Nobody', false, 'planted', '{}')",
            world.acme.pk,
            everywhere.globex.pk,
        )


@pytest.mark.parametrize("table", ["sla_clock", "tickets_escalation"])
def test_no_clock_and_no_rung_stands_on_another_organisations_ticket(everywhere, table):
    with pytest.raises(IntegrityError, match="ticket_id_same_organisation"):
        check_keys(
            f"UPDATE {table} SET ticket_id = %s, cycle = 9 WHERE ticket_id = %s",  # noqa: S608 - our own table names
            everywhere.globex.pk,
            everywhere.acme.pk,
        )


def test_a_person_cannot_be_moved_out_from_under_their_tickets(world, everywhere):
    with pytest.raises(IntegrityError, match="requester_id_same_organisation"):
        check_keys(
            "UPDATE accounts_membership SET organisation_id = %s WHERE user_id = %s", world.globex.pk, world.alice.pk
        )


# --- unique keys tell nothing ---------------------------------------------------------------------------------


def test_one_organisations_keys_tell_nothing_of_anothers(world, everywhere):
    """Same number, same submission key, same notice key: no conflict, so nothing to learn from one."""
    shared = uuid.uuid4()
    Ticket.objects.filter(pk=everywhere.globex.pk).update(submission_key=shared, public_id=shared)
    Ticket.objects.filter(pk=everywhere.acme.pk).update(submission_key=shared, public_id=shared)
    assert everywhere.acme.number == everywhere.globex.number == 1


# --- without a scope ------------------------------------------------------------------------------------------


def test_without_a_scope_there_is_nothing_to_read_and_nowhere_to_write(world, pair):
    with pytest.raises(ScopeError):
        list(Ticket.objects.all())
    assert list(Ticket._base_manager.all()) == []
    assert run("SELECT 1 FROM tickets_ticket") == 0
    assert run("UPDATE tickets_ticket SET subject = 'x'") == 0
    with pytest.raises(ProgrammingError, match=REFUSED):
        run("INSERT INTO tickets_ticketcounter (organisation_id, last_number) VALUES (%s, 9)", world.acme.pk)

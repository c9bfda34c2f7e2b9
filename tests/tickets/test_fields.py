"""Custom fields: who defines them, what a value is by kind, what is recorded, and who sees which."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError

from helpdesk.accounts.members import Member
from helpdesk.accounts.queries import member_of
from helpdesk.audit.models import AuditEntry, VendorAuditEntry
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import scope
from tests.support import actor_of, colombo
from tickets.fields import asked_fields, checked, field_faults, field_lines, field_page
from tickets.models import FieldDefinition, TicketField, TimelineEntry
from tickets.operations.field_values import set_fields
from tickets.operations.fields import FieldText, change_field, define_field, restore_field, retire_field
from tickets.operations.merging import merge
from tickets.operations.replay import differences

AT = colombo("2026-11-16 10:30")
FOR_CLIENTS = {"visible": True, "fillable": True}


@pytest.fixture
def define(everything, world):
    def make(label="Serial number", kind="text", *, only_for=None, person=None, **text):
        return define_field(
            actor=actor_of(person or world.admin),
            text=FieldText(label=label, **text),
            kind=kind,
            only_for=only_for,
            at=AT,
        )

    return make


@pytest.fixture
def put(world):
    def values(ticket, given, person=None):
        set_fields(ticket=ticket, values=given, actor=actor_of(person or world.agent), at=AT)

    return values


def kept(ticket):
    return {row.definition_id: row.value for row in TicketField.objects.filter(ticket=ticket)}


def test_only_an_administrator_defines_fields_and_the_log_tells_it(define, world):
    with pytest.raises(Forbidden):
        define(person=world.agent)
    define("Site", "choice", choices=["North", " South ", "North", ""], only_for=world.acme)
    row = VendorAuditEntry.objects.get(action="field.define")
    assert (row.subject, row.data["choices"], row.data["for"]) == ("Site", ["North", "South"], "ACME")


@pytest.mark.parametrize(
    ("given", "at_field"),
    [
        ({"label": "  "}, "label"),
        ({"label": "x" * 61}, "label"),
        ({"label": "TAKEN"}, "label"),
        ({"kind": "colour"}, "kind"),
        ({"kind": "choice", "choices": ["one"]}, "choices"),
        ({"fillable": True}, "fillable"),
        ({"required": True, "visible": True}, "required"),
        ({"position": "first"}, "position"),
    ],
)
def test_what_is_no_field_is_refused_beside_its_input(define, given, at_field):
    define("Taken")
    with pytest.raises(DomainError) as refused:
        define(**given)
    assert refused.value.field == at_field


def test_no_more_fields_than_a_form_can_ask_are_in_use(define, world, monkeypatch):
    monkeypatch.setattr("tickets.operations.fields.MOST_IN_USE", 2)
    first, admin = define("A"), actor_of(world.admin)
    define("B")
    with pytest.raises(DomainError, match="2 fields in use"):
        define("C")
    retire_field(field=first, actor=admin, at=AT)
    define("C")
    with pytest.raises(DomainError, match="2 fields in use"):
        restore_field(field=first, actor=admin, at=AT)
    define("D", only_for=world.acme)


@pytest.mark.parametrize(
    ("kind", "typed", "stored"),
    [
        ("text", " a b ", "a b"),
        ("number", "+07.50", "7.50"),
        ("date", "2026-02-28", "2026-02-28"),
        ("yes_no", "yes", "yes"),
        ("choice", "North", "North"),
        ("number", " ", ""),
    ],
)
def test_a_value_is_kept_by_its_kind(kind, typed, stored):
    assert checked(FieldDefinition(pk=1, kind=kind, choices=["North", "South"]), typed) == stored


@pytest.mark.parametrize(
    ("kind", "typed"),
    [
        ("text", "x" * 501),
        ("text", "a\x00"),
        ("number", "1e5"),
        ("number", "٣"),
        ("date", "2026-02-29"),
        ("date", "20260228"),
        ("yes_no", "maybe"),
        ("choice", "north"),
    ],
)
def test_what_is_no_value_of_the_kind_is_refused_at_its_input(kind, typed):
    with pytest.raises(DomainError) as refused:
        checked(FieldDefinition(pk=7, kind=kind, choices=["North", "South"]), typed)
    assert refused.value.field == "field-7"


def test_every_field_at_fault_is_named():
    fields = [FieldDefinition(pk=1, label="Site", is_required=True), FieldDefinition(pk=2, label="Age", kind="number")]
    found = [(fault.field, str(fault)) for fault in field_faults(fields, {1: " ", 2: "old"})]
    assert found == [
        ("field-1", "“Site” must be filled in."),
        ("field-2", "Give a number, such as 12 or 3.5, of at most 15 digits and 6 decimals."),
    ]
    assert field_faults(fields, {1: "x"}) == []


def test_a_change_is_told_to_whoever_sees_the_field_and_moves_no_clock(define, submit, put):
    seen, internal, ticket = define("Seen", visible=True), define("Kept in", "yes_no"), submit("P3")
    due = ticket.queue_due_at
    put(ticket, {seen.pk: "A1", internal.pk: "yes"})
    put(ticket, {seen.pk: " A1 "})
    put(ticket, {seen.pk: "B2"})
    put(ticket, {internal.pk: ""})
    entries = TimelineEntry.objects.filter(ticket=ticket, kind="fields").order_by("pk")
    assert [(entry.body, entry.is_public) for entry in entries] == [
        ("Seen: A1 (was: empty)", True),
        ("Kept in: Yes (was: empty)", False),
        ("Seen: B2 (was: A1)", True),
        ("Kept in: empty (was: Yes)", False),
    ]
    assert AuditEntry.objects.filter(action="ticket.fields").count() == 3
    assert kept(ticket) == {seen.pk: "B2"}
    ticket.refresh_from_db()
    assert ticket.queue_due_at == due
    assert differences(ticket, at=AT) == []


def test_a_required_field_is_not_emptied_and_nothing_else_of_that_change_happens(define, submit, put):
    needed, other, ticket = define("Site", required=True, **FOR_CLIENTS), define("Other"), submit("P3")
    put(ticket, {needed.pk: "", other.pk: "x"})  # opened before the field was required: nothing is emptied
    put(ticket, {needed.pk: "North"})
    with pytest.raises(DomainError, match="“Site” must be filled in") as refused:
        put(ticket, {other.pk: "y", needed.pk: " "})
    assert refused.value.field == needed.input_name
    assert kept(ticket) == {needed.pk: "North", other.pk: "x"}


def test_a_choice_that_is_offered_no_more_stays_where_it_was_chosen(define, submit, put, world):
    field, ticket, other = define("Site", "choice", choices=["North", "South"]), submit("P3"), submit("P3")
    put(ticket, {field.pk: "North"})
    change_field(
        field=field, actor=actor_of(world.admin), text=FieldText(label="Site", choices=["South", "West"]), at=AT
    )
    put(ticket, {field.pk: "North"})
    assert [line.shown for line in field_lines(ticket, staff=True)] == ["North"]
    with pytest.raises(DomainError, match="Choose one of: South, West"):
        put(other, {field.pk: "North"})


def test_a_retired_field_is_asked_for_no_more_keeps_its_values_and_comes_back(define, submit, put, world):
    field, ticket, other = define(), submit("P3"), submit("P3")
    put(ticket, {field.pk: "A1"})
    retire_field(field=field, actor=actor_of(world.admin), at=AT)
    assert asked_fields(ticket.organisation_id, staff=True) == field_lines(other, staff=True) == []
    assert [line.value for line in field_lines(ticket, staff=True)] == ["A1"]
    with pytest.raises(DomainError, match="no such field"):
        put(ticket, {field.pk: "B2"})
    restore_field(field=field, actor=actor_of(world.admin), at=AT)
    put(ticket, {field.pk: "B2"})
    actions = VendorAuditEntry.objects.filter(subject="Serial number").order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["field.define", "field.retire", "field.restore"]


def test_a_ticket_is_opened_with_what_its_form_asks_this_side_for(define, submit, world):
    filled = define("Site", required=True, position="2", **FOR_CLIENTS)
    seen, internal = define("Seen", visible=True, position="1"), define("Risk")
    assert asked_fields(world.acme.pk, staff=False) == [filled]
    assert asked_fields(world.acme.pk, staff=True) == [internal, seen, filled]
    for wrong, message in (({}, "must be filled in"), ({filled.pk: "x", seen.pk: "y"}, "no such field")):
        with pytest.raises(DomainError, match=message):
            submit("P3", fields=wrong)
    ticket = submit("P3", fields={filled.pk: " North "})
    by_staff = submit("P3", fields={filled.pk: "South", internal.pk: "high"}, actor=actor_of(world.agent))
    by_mail = submit("P3")
    assert [kept(one) for one in (ticket, by_staff, by_mail)] == [
        {filled.pk: "North"},
        {filled.pk: "South", internal.pk: "high"},
        {},
    ]
    assert "high" not in str(TimelineEntry.objects.get(ticket=by_staff, kind="opened").data)
    opened = AuditEntry.objects.get(action="ticket.open", subject=by_staff.reference)
    assert opened.data["fields"] == [{"field": "Risk", "to": "high"}, {"field": "Site", "to": "South"}]
    assert [line.value for line in field_lines(by_staff, staff=False)] == ["", "South"]
    with pytest.raises(Forbidden):
        set_fields(ticket=ticket, values={filled.pk: "x"}, actor=actor_of(world.alice), at=AT)


def test_a_merged_tickets_values_do_not_replace_those_of_the_one_that_goes_on(define, submit, put, world):
    field, loser, winner = define(), submit("P3"), submit("P3")
    put(loser, {field.pk: "old"})
    put(winner, {field.pk: "new"})
    merge(ticket=loser, into=winner, actor=actor_of(world.agent), at=AT)
    assert (kept(loser), kept(winner)) == ({field.pk: "old"}, {field.pk: "new"})


def insert_and_check_keys(row):
    row.save(force_insert=True)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _member(person) -> Member:
    found = member_of(person.user)
    assert found is not None
    return found


def test_no_organisation_sees_sets_or_administers_anothers_fields(define, submit, put, world):
    ticket = submit("P3")
    theirs, shared = define("Theirs", only_for=world.globex), define("Shared")
    assert field_page(_member(world.narrow)).rows == [theirs, shared]
    with scope([world.acme.pk]):
        assert list(FieldDefinition.objects.all()) == [shared]
    with pytest.raises(DomainError, match="no such field"):
        put(ticket, {theirs.pk: "x"})
    for only_for in (theirs.only_for, 0, world.acme.pk):
        row = TicketField(organisation=world.acme, ticket=ticket, definition=theirs, only_for=only_for, value="x")
        with pytest.raises(IntegrityError), transaction.atomic():
            insert_and_check_keys(row)


def test_the_database_lets_no_organisations_scope_write_a_definition(define, world):
    shared, own = define("Shared"), define("Own", only_for=world.acme)
    with scope([world.acme.pk]):
        with pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
            FieldDefinition.objects.create(label="Mine", kind="text", only_for=world.acme.pk)
        for row in (shared, own):
            assert FieldDefinition.objects.filter(pk=row.pk).update(label="Hers") == 0
            assert FieldDefinition.objects.filter(pk=row.pk).delete()[0] == 0
    assert {row.label for row in FieldDefinition.objects.all()} == {"Shared", "Own"}

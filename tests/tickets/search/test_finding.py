"""What is found, by whom: words, names, numbers and filters, under each member's own rights."""

from datetime import timedelta
from importlib import import_module
from types import SimpleNamespace

import pytest
from django.contrib.postgres.search import SearchVectorField
from django.core.management import call_command
from django.db import connection
from django.db.models import Value
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import member_of
from helpdesk.lib.tenancy import scope, system_scope
from tests.support import actor_of, colombo
from tickets.models import SearchRow
from tickets.operations.conversation import add_note, reply, wait_for_client
from tickets.operations.handling import assign, change_severity
from tickets.operations.indexing import refresh_all_search
from tickets.operations.labels import tag_ticket
from tickets.operations.status import close, resolve
from tickets.operations.sweep import sweep
from tickets.search import statements
from tickets.search.finding import BadQuery, matches, meant, read
from tickets.search.statements import TooSlow, time_limit

AT = colombo("2026-11-16 12:00")


def as_member(user):
    with system_scope("as the middleware asks who it is"):
        return member_of(User.objects.select_related("staff_member", "membership__organisation").get(pk=user.pk))


@pytest.fixture
def find(world):
    """`find(world.alice, "printer")`: the references of what she finds, the best first."""

    def found(person, typed, *, at=AT):
        user = person.user if isinstance(person, StaffMember) else person
        member = as_member(user)
        with scope(member.organisation_ids):
            with time_limit():
                match = matches(member, read(member, typed), at=at)
            by_id = {row.ticket_id: row.ticket for row in SearchRow.objects.select_related("ticket__organisation")}
            return [by_id[pk].reference for _, pk in match.order]

    return found


@pytest.fixture
def globex(world, submit):
    """`globex("P1")` opens a ticket of Bob's at Globex."""
    return lambda *args, **more: submit(
        *args, organisation=world.globex, requester=world.bob, actor=actor_of(world.bob), **more
    )


def test_all_words_must_be_there_in_any_form_wherever_in_the_ticket_they_stand(world, submit, find):
    ticket = submit(subject="Exporting réports", description="The invoices are empty.", steps="Press Export")
    reply(ticket=ticket, body="Our **printers** were offline.", actor=actor_of(world.agent), at=AT)
    submit(subject="Something else", description="No words.", at="2026-11-16 10:05")
    for typed in ("export", "REPORT invoice", "printer export", "reports", '"invoices are empty"', "invoi*", "press"):
        assert find(world.alice, typed) == ["ACME-1"], typed
    for typed in ("export banana", '"empty invoices"', "inv", "xport*"):
        assert find(world.alice, typed) == [], typed


def test_parts_of_addresses_references_and_codes_are_words(world, submit, find):
    submit(description="bob@mail.example saw ERR_CONN_RESET at https://crm.example/deals/42?tab=open in v2.14.3")
    for typed in (
        "mail.example",
        "conn",
        "ERR_CONN_RESET",
        "deals/42",
        "tab=open",
        "14.3",
        "v2.14.3",
        "err-conn",
        "42",
    ):
        assert find(world.alice, typed) == ["ACME-1"], typed


def test_the_subject_counts_more_than_the_opening_and_that_more_than_the_conversation(world, submit, find):
    talk = submit(at="2026-11-16 10:02")
    reply(ticket=talk, body="The gateway is slow.", actor=actor_of(world.agent), at=AT)
    submit(description="The gateway is slow.", at="2026-11-16 10:01")
    submit(subject="The gateway is slow", at="2026-11-16 10:00")
    assert find(world.agent, "gateway") == ["ACME-3", "ACME-2", "ACME-1"]


def test_an_internal_note_is_found_by_staff_and_moves_nothing_for_clients(world, submit, find):
    ticket = submit(subject="Gateway")
    submit(subject="Gateway", at="2026-11-16 10:05")
    before = find(world.alice, "gateway")
    add_note(ticket=ticket, body="Fraud suspected. Gateway gateway gateway.", actor=actor_of(world.agent), at=AT)
    assert find(world.agent, "fraud gateway") == ["ACME-1"]
    for person in (world.alice, world.amara):
        assert find(person, "fraud") == find(person, "fraud gateway") == find(person, "frau*") == []
        assert find(person, "gateway") == before, "not even the order tells"


def test_nobody_finds_what_they_may_not_see(world, submit, globex, find):
    submit(subject="Gateway of Alice")
    submit(subject="Gateway of Amara", requester=world.amara, actor=actor_of(world.amara))
    globex(subject="Gateway of Bob")
    assert sorted(find(world.agent, "gateway")) == ["ACME-1", "ACME-2", "GLOBEX-1"]
    assert find(world.narrow, "gateway") == ["GLOBEX-1"], "an agent who serves Globex only"
    assert find(world.alice, "gateway") == ["ACME-1"]
    assert sorted(find(world.amara, "gateway")) == ["ACME-1", "ACME-2"]
    assert find(world.bob, "gateway") == ["GLOBEX-1"]
    assert find(world.bob, "1") == ["GLOBEX-1"], "and not ACME's first"


def test_names_find_what_their_people_asked_also_when_misspelt(world, submit, globex, find):
    submit()
    globex()
    assert find(world.agent, "alice") == find(world.agent, "alise") == ["ACME-1"]
    assert find(world.narrow, "alice") == []
    assert find(world.alice, "amara") == [], "her colleague has asked nothing that she sees"


def test_numbers_and_keys_nearly_right_find_their_tickets(world, submit, globex, find):
    submit()
    globex()
    submit(description="Line 1 fails", at="2026-11-16 10:05")
    assert find(world.agent, "#2") == ["ACME-2"]
    assert find(world.agent, "GLOBX-1") == ["GLOBEX-1"]
    assert set(find(world.agent, "1")) == {"ACME-1", "ACME-2", "GLOBEX-1"}
    assert find(world.agent, "1")[-1] == "ACME-2", "what has the number before what speaks of it"


def test_a_reference_means_its_ticket_to_whoever_may_see_it(world, submit, globex):
    submit()
    globex()

    def goes_to(person, typed):
        member = as_member(person)
        with scope(member.organisation_ids):
            found = meant(member, read(member, typed))
            return found and found.reference

    assert goes_to(world.agent.user, "globex-1") == "GLOBEX-1"
    assert goes_to(world.alice, "ACME-1") == "ACME-1"
    assert [goes_to(world.amara, "GLOBEX-1"), goes_to(world.narrow.user, "ACME-1"), goes_to(world.bob, "ACME-9")] == [
        None
    ] * 3


def test_the_filters_narrow_by_state_holder_requester_and_time(world, submit, globex, find):
    waits = submit("P2")  # ACME-1
    wait_for_client(ticket=waits, question="Which one?", actor=actor_of(world.agent), at=AT)
    held = submit("P3", "2026-11-16 10:10")
    assign(ticket=held, assignee=world.agent, actor=actor_of(world.agent), at=AT)
    tag_ticket(ticket=waits, actor=actor_of(world.agent), add=["Printers"], at=AT)
    tag_ticket(ticket=held, actor=actor_of(world.agent), add=["out of paper"], at=AT)
    done = submit("P4", "2026-11-13 10:00", requester=world.amara, actor=actor_of(world.amara))
    resolve(ticket=done, actor=actor_of(world.agent), message="Done.", at=AT)
    globex("P1", "2026-11-16 11:50")
    cases = {
        "org:acme": ["ACME-3", "ACME-2", "ACME-1"],
        "org:acme org:globex severity:p1": ["GLOBEX-1"],
        "severity:1 severity:p3": ["GLOBEX-1", "ACME-2"],
        "is:waiting": ["ACME-1"],
        "is:open is:waiting org:acme": ["ACME-2", "ACME-1"],
        "is:resolved": ["ACME-3"],
        "is:closed": [],
        "status:waiting": ["ACME-1"],
        "status:open status:waiting org:acme invoices": ["ACME-2", "ACME-1"],
        "tag:printers": ["ACME-1"],
        'tag:"out of paper" tag:printers': ["ACME-2", "ACME-1"],
        "tag:nothing": [],
        "is:mine": ["ACME-2"],
        "is:unassigned is:open": ["GLOBEX-1"],
        "assignee:nim": ["ACME-2"],
        "assignee:none is:open": ["GLOBEX-1"],
        "requester:ama": ["ACME-3"],
        "requester:ali fail": ["ACME-2", "ACME-1"],
        "before:2026-11-14": ["ACME-3"],
        "after:2026-11-14 org:acme": ["ACME-2", "ACME-1"],
        "level:2": [],
        "invoices org:globex": ["GLOBEX-1"],
        "invoices is:waiting": ["ACME-1"],
    }
    assert {typed: find(world.agent, typed) for typed in cases} == cases


def test_breached_overdue_and_level_follow_the_clocks(world, submit, find):
    submit("P1", "2026-11-16 08:00")
    submit("P3", "2026-11-16 08:10")
    for typed in ("is:breached", "is:overdue", "level:2", "level:3 invoices"):
        assert find(world.agent, typed) == [], typed
    later = colombo("2026-11-16 18:00")  # nine support hours
    sweep(at=later)
    for typed in ("is:breached", "is:overdue", "level:2", "is:breached is:open invoices"):
        assert find(world.agent, typed, at=later) == find(world.alice, typed, at=later) == ["ACME-1"], typed
    assert find(world.agent, "is:breached is:overdue severity:p3", at=later) == []


def test_clients_have_the_filters_of_their_side(world, submit, find):
    submit()
    assert find(world.alice, "is:open severity:p1") == find(world.alice, "is:mine") == ["ACME-1"]
    assert find(world.amara, "requester:alice") == ["ACME-1"]
    for person, typed in ((world.alice, "requester:amara"), (world.amara, "org:acme"), (world.amara, "tag:vip")):
        with pytest.raises(BadQuery, match="is no filter"):
            find(person, typed)
    with pytest.raises(BadQuery, match="means nothing here"):
        find(world.amara, "is:unassigned")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("org:nobody", "“NOBODY” is no organisation of yours"),
        ("severity:p9", "There are: p1, p2, p3 and p4"),
        ("status:late", "“late” is no status. There are: open, waiting, resolved, closed"),
        ("tag:" + "x" * 50, "a tag has at most 40"),
        ("is:late", "“is:late” means nothing here"),
        ("level:7", "There are: 1, 2 and 3"),
        ("assignee:zzz", "Nobody here is called “zzz”"),
        ("requester:%", "Nobody here is called “%”"),
        ("before:yesterday", "Write it as 2026-11-24"),
        ("the and", "almost every text"),
    ],
)
def test_a_value_that_means_nothing_is_refused_by_name(world, find, typed, says):
    with pytest.raises(BadQuery, match=says):
        find(world.agent, typed)


def test_an_organisation_that_one_does_not_serve_is_as_unknown_as_none(world, find):
    with pytest.raises(BadQuery, match="“ACME” is no organisation of yours"):
        find(world.narrow, "org:acme")


def test_what_changes_a_ticket_changes_what_finds_it_and_the_rows_can_be_made_anew(world, submit, find, everything):
    ticket = submit()
    change_severity(ticket=ticket, severity="P2", reason="A workaround exists", actor=actor_of(world.agent), at=AT)
    resolve(ticket=ticket, actor=actor_of(world.agent), message="Cache emptied.", at=AT)
    assert find(world.alice, "workaround cache") == ["ACME-1"]
    rows = list(SearchRow.objects.values_list("ticket_id", "public", "everything"))
    assert refresh_all_search() == 1
    assert list(SearchRow.objects.values_list("ticket_id", "public", "everything")) == rows
    close(ticket=ticket, actor=actor_of(world.alice), at=AT)
    assert find(world.alice, "is:closed cache") == ["ACME-1"]


def test_texts_of_any_length_can_be_said_and_their_newest_parts_are_found(world, submit, find):
    letters = [chr(0x20000 + at) for at in range(150)]
    words = " ".join(f"{a}{b}" for a in letters for b in letters[:120])  # each another, of the longest letters
    assert len(words) > 49_000
    ticket = submit(description=words[:50_000], steps=words[-50_000:])
    for at in range(3):
        body = f"{words[:49_000]} number{at}"
        reply(ticket=ticket, body=body[-50_000:], actor=actor_of(world.agent), at=AT + timedelta(minutes=at))
        add_note(ticket=ticket, body=body[-50_000:], actor=actor_of(world.agent), at=AT + timedelta(minutes=at))
    assert find(world.alice, "number2") == ["ACME-1"]


def test_common_words_are_found_from_the_newest_back_and_rare_ones_by_the_index(world, submit, find, monkeypatch):
    monkeypatch.setattr(statements, "WINDOW", 3)
    for minute in range(8):
        submit(subject=f"Gateway {'rare' if minute == 1 else 'usual'}", at=f"2026-11-16 10:0{minute}")
    assert find(world.agent, "rare") == find(world.alice, "rare is:open") == ["ACME-2"]
    assert len(find(world.agent, "gateway")) == 8
    monkeypatch.setattr(statements, "NEWEST", 2)
    assert find(world.agent, "gateway")[:2] == ["ACME-8", "ACME-7"], "the newest window holds enough"
    assert find(world.agent, "rare") == ["ACME-2"]


def test_only_the_newest_matches_count_and_that_is_said(world, submit, monkeypatch):
    monkeypatch.setattr(statements, "NEWEST", 2)
    monkeypatch.setattr("tickets.search.finding.NEWEST", 2)
    for minute in range(4):
        submit(at=f"2026-11-16 10:0{minute}")
    member = as_member(world.agent.user)
    for typed in ("invoices", "is:open", "alice"):
        with time_limit():
            match = matches(member, read(member, typed), at=AT)
        assert (len(match.ranks), match.is_cut) == (2, True), typed


def test_a_search_that_reads_too_long_is_given_up_and_the_transaction_goes_on(world, submit, monkeypatch):
    submit()
    monkeypatch.setattr(statements, "PATIENCE", "1ms")
    monkeypatch.setattr(statements, "COMPILED", "SELECT pg_sleep(1)::text, '', 1 WHERE '{all}' <> '{any}'")
    monkeypatch.setattr(statements, "TERM", "x")
    member = as_member(world.agent.user)
    query = read(member, "invoices")
    monkeypatch.setattr("tickets.search.statements._ask", lambda *_: slept())

    def slept():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(1)")

    with pytest.raises(TooSlow), time_limit():
        matches(member, query, at=AT)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('statement_timeout')")
        assert cursor.fetchone() == ("0",)


def test_the_number_of_statements_does_not_grow_with_what_is_found(world, submit):
    member = as_member(world.agent.user)

    def asked():
        with CaptureQueriesContext(
            connection,
        ) as caught:
            matches(member, read(member, "invoices"), at=AT)
        return len(caught)

    submit()
    one = asked()
    for minute in range(5):
        submit(at=f"2026-11-16 10:0{minute}")
    assert asked() == one


def test_the_command_and_the_migration_make_the_rows_that_the_verbs_make(world, submit, globex, everything, capsys):
    ticket = submit()
    add_note(ticket=ticket, body="Fraud suspected.", actor=actor_of(world.agent), at=AT)
    globex()
    found = SearchRow.objects.order_by("pk").values_list("ticket_id", "organisation_id", "public", "everything")
    rows = list(found)
    assert len(rows) == 2
    assert rows[0][3] is not None
    SearchRow.objects.all().delete()
    call_command("refresh_search")
    assert capsys.readouterr().out == "2 tickets\n"
    assert list(found.all()) == rows
    SearchRow.objects.filter(ticket=ticket).delete()
    SearchRow.objects.exclude(ticket=ticket).update(public=Value("newer", output_field=SearchVectorField()))
    import_module("tickets.migrations.0041_search_rows").fill(None, SimpleNamespace(connection=connection))
    with system_scope("the migration leaves its own setting to its transaction"):
        assert list(found.all()) == [rows[0], (*rows[1][:2], "'newer'", None)], "what a verb made meanwhile stays"


def test_the_index_of_words_answers_under_row_level_security(world, submit):
    submit()
    with scope({world.acme.pk}), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        condition = f"{statements.EVERYTHING} @@ 'invoic'::tsquery"
        cursor.execute(f"EXPLAIN SELECT ticket_id FROM tickets_searchrow s WHERE {condition}")  # noqa: S608 - our own words
        plan = "\n".join(row for (row,) in cursor.fetchall())
    assert "tickets_search" in plan
    assert "@@" in plan[plan.index("Index Cond") :]

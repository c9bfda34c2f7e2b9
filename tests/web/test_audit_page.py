"""The audit log as a page and as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.accounts.operations import add_staff
from helpdesk.audit import queries
from helpdesk.audit.models import VendorAuditEntry
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.tenancy import system_scope
from tests.conftest import SignIn, World
from tests.support import actor_of, colombo

PAGE = "/settings/audit/"
EXPORT = f"{PAGE}export/"


@pytest.fixture
def admin(world: World, signed_in: SignIn) -> Client:
    return signed_in(world.admin)


def write(world: World, number: int, *, organisation: str = "acme", at: datetime | None = None, **more: Any) -> None:
    """One entry of the log: `ticket.note` on ACME-<number> by the agent, unless told otherwise."""
    given = {
        "action": "ticket.note",
        "subject": f"ACME-{number}",
        "actor": actor_of(world.agent),
        "at": at or datetime(2026, 3, 2, 6, 0, tzinfo=UTC) + timedelta(minutes=number),
        **more,
    }
    with system_scope("an entry"):
        record(organisation_id=getattr(world, organisation).pk, **given)


def subjects(browser: Client, query: str = "") -> list[str]:
    answer = browser.get(PAGE + query)
    assert answer.status_code == 200
    return [row.subject for row, _ in answer.context["rows"]]


def exported(browser: Client, query: str = "") -> list[list[str]]:
    """The file's rows without the header."""
    answer = browser.post(EXPORT + query)
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode().removeprefix("\ufeff")
    return list(csv.reader(io.StringIO(text, newline="")))[1:]


@pytest.mark.parametrize("who", ["alice", "amara", "agent", "manager"])
def test_only_admins_come_in(world: World, signed_in: SignIn, who: str) -> None:
    browser = signed_in(getattr(world, who))
    assert [browser.get(PAGE).status_code, browser.post(EXPORT).status_code] == [403, 403]
    with system_scope("nothing was taken"):
        assert not VendorAuditEntry.objects.filter(action="audit.export").exists()


def test_the_vendors_log_is_for_admins_who_serve_every_organisation(world: World, signed_in: SignIn) -> None:
    """It names people and acts of all of them. Others see the log of theirs, and are told why not the other."""
    with system_scope("an admin who serves Globex only"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
    write(world, 1, organisation="globex")
    write(world, 2)
    browser = signed_in(gita)
    assert subjects(browser, "?action=ticket.note") == ["ACME-1"]
    page = browser.get(PAGE).content.decode()
    told = "This is the log of the organisations that you serve. The vendor’s own is for admins who serve every"
    assert (told in page, "?log=vendor" in page) == (True, False)
    refused = [browser.get(f"{PAGE}?log=vendor"), browser.post(f"{EXPORT}?log=vendor")]
    assert [answer.status_code for answer in refused] == [403, 403]
    for answer in refused:
        assert "The vendor&#x27;s log is for admins who serve every organisation." in answer.content.decode()
        assert "staff.add" not in answer.content.decode()
    with system_scope("nothing was taken"):
        assert not VendorAuditEntry.objects.filter(action="audit.export").exists()


def test_an_entry_shows_who_what_why_and_before_and_after(world: World, admin: Client) -> None:
    data = {"before": {"role": "user"}, "after": {"role": "admin"}, "teams": ["a", "b"], "sessions_ended": 0}
    write(world, 1, reason="Because <b>he</b> asked.", data=data)
    page = admin.get(f"{PAGE}?subject=acme-1").content.decode()
    for text in ("Because &lt;b&gt;he&lt;/b&gt; asked.", "nimal@ravingcrm.example", "ticket.note", "Mon 2 Mar 11:31"):
        assert text in page
    read = re.findall(r'<span class="muted">([^<]+)</span> ([^<]+)</small>', page)
    assert read == [("before role", "user"), ("after role", "admin"), ("teams", "a, b"), ("sessions ended", "0")]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?action=ticket.note", ["ACME-3", "ACME-2", "ACME-1"]),
        ("?action=ticket.", ["ACME-4", "ACME-3", "ACME-2", "ACME-1"]),
        ("?action=tick", []),
        ("?organisation=GLOBEX&action=ticket.", ["ACME-4"]),
        ("?organisation=globex&action=ticket.note", []),
        ("?person=nimal@RAVINGCRM.example&action=ticket.", ["ACME-4", "ACME-3", "ACME-1"]),
        ("?person=alice&subject=acme-2", ["ACME-2"]),
        ("?from=2026-03-04&action=ticket.", ["ACME-4", "ACME-3"]),
        ("?until=2026-03-03&action=ticket.", ["ACME-2", "ACME-1"]),
        ("?from=2026-03-03&until=2026-03-04&action=ticket.", ["ACME-3", "ACME-2"]),
    ],
)
def test_the_page_is_filtered_by_its_address(world: World, admin: Client, query: str, found: list[str]) -> None:
    """Days are the admin's own: 4 March begins in Colombo at 18:30 UTC of the 3rd; the last day counts wholly."""
    write(world, 1, at=colombo("2026-03-02 10:00"))
    write(world, 2, at=colombo("2026-03-03 23:59"), actor=actor_of_alice(world))
    write(world, 3, at=colombo("2026-03-04 00:00"))
    write(world, 4, at=colombo("2026-03-05 00:00"), organisation="globex", action="ticket.resolve")
    assert subjects(admin, query) == found


def actor_of_alice(world: World) -> Any:
    with system_scope("who is Alice"):
        return actor_of(world.alice)


def test_the_vendors_log_is_the_other_half(world: World, admin: Client) -> None:
    record_vendor(action="calendar.version", subject="sri-lanka", actor=SYSTEM, at=colombo("2026-03-02 10:00"))
    assert subjects(admin, "?log=vendor&action=calendar.version&subject=SRI-LANKA") == ["sri-lanka"]
    assert "sri-lanka" not in subjects(admin)


def test_an_admin_of_one_organisation_sees_no_other_ones_log(world: World, signed_in: SignIn) -> None:
    with system_scope("an admin who serves Globex only"):
        gita = add_staff(email="gita@ravingcrm.example", name="Gita", role="admin", serves=[world.globex], actor=SYSTEM)
    write(world, 1)
    write(world, 2, organisation="globex")
    browser = signed_in(gita)
    assert subjects(browser, "?action=ticket.") == ["ACME-2"]
    assert [row[7] for row in exported(browser, "?action=ticket.")] == ["ACME-2"]
    foreign, missing = browser.get(f"{PAGE}?organisation=ACME"), browser.get(f"{PAGE}?organisation=NOBODY")
    assert (foreign.status_code, missing.status_code) == (400, 400)
    assert foreign.content.decode().replace("ACME", "·").count("Acme") == 0


@pytest.mark.parametrize(
    ("query", "fault"),
    [
        ("?log=all", "“all” is no log."),
        ("?organisation=NOBODY", "“NOBODY” is no organisation that you serve."),
        ("?log=vendor&organisation=ACME", "The vendor&#x27;s log belongs to no organisation."),
        ("?action=DROP TABLE", "“DROP TABLE” is no action"),
        ("?from=yesterday", "“yesterday” is no date."),
        ("?until=9999-12-31", "“9999-12-31” is no date."),
        ("?from=2026-02-30", "“2026-02-30” is no date."),
        ("?person=%00", "This text cannot be searched."),
        ("?before=x", "This address of a further page is damaged."),
        ("?before=" + "9" * 40, "This address of a further page is damaged."),
    ],
)
def test_an_address_that_means_nothing_is_said_and_shows_nothing(
    world: World, admin: Client, query: str, fault: str
) -> None:
    write(world, 1)
    answer = admin.get(PAGE + query)
    assert answer.status_code == 400
    assert fault in answer.content.decode()
    assert "rows" not in answer.context
    if "before" not in query:
        refused = admin.post(EXPORT + query)
        assert (refused.status_code, fault in refused.content.decode()) == (400, True)


def test_pages_together_hold_every_entry_once_newest_first(world: World, admin: Client) -> None:
    for number in range(120):
        write(world, number)
    query, seen = "?organisation=ACME&action=ticket.note", []
    while query:
        answer = admin.get(PAGE + query)
        seen += [row.subject for row, _ in answer.context["rows"]]
        query = answer.context["next"]
    assert seen == [f"ACME-{number}" for number in reversed(range(120))]


def test_the_page_takes_no_more_queries_when_the_log_grows(world: World, admin: Client) -> None:
    for query in ("", "?organisation=ACME", "?action=ticket.", "?log=vendor"):
        write(world, 1)
        with CaptureQueriesContext(connection) as few:
            admin.get(PAGE + query)
        for number in range(60):
            write(world, number)
            record_vendor(action="a.b", subject="s", actor=SYSTEM, at=colombo("2026-03-02 10:00"))
        with CaptureQueriesContext(connection) as many:
            assert len(admin.get(PAGE + query).context["rows"]) == 50
        assert len(many) <= len(few), query  # the fuller the log, the sooner a page is full


def test_a_search_through_everything_goes_stretch_by_stretch(
    world: World, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page looks through a bounded number of entries, says so, and leads further back."""
    write(world, 1, action="ticket.plan")
    for number in range(30):
        write(world, number)
    monkeypatch.setattr(queries, "STEPS", (10,))
    query, found, stretches = "?action=ticket.plan", [], 0
    while query:
        answer = admin.get(PAGE + query)
        found += [row.subject for row, _ in answer.context["rows"]]
        query, stretches = answer.context["next"], stretches + 1
        if query and not found:
            assert "Look further back" in answer.content.decode()
        elif found:  # below lie the numbers of tests that were rolled back: to the end in great steps
            monkeypatch.setattr(queries, "STEPS", (100_000,))
    assert (found, stretches >= 3) == (["ACME-1"], True)
    assert subjects(admin, "?action=ticket.plan&organisation=ACME") == ["ACME-1"]  # its index needs no stretches
    assert [row[7] for row in exported(admin, "?action=ticket.plan")] == ["ACME-1"]


def test_nothing_to_show_says_what_to_do(admin: Client) -> None:
    assert "Try fewer filters" in admin.get(f"{PAGE}?organisation=ACME&action=ticket.plan").content.decode()


def test_the_file_holds_what_the_filters_leave(world: World, admin: Client) -> None:
    write(world, 1, reason="Why", data={"before": "a", "after": ["b", "c"]}, at=colombo("2026-03-02 10:00"))
    write(world, 2, action="ticket.plan")
    answer = admin.post(f"{EXPORT}?action=ticket.note&organisation=ACME")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="audit-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    [row] = exported(admin, "?action=ticket.note&organisation=ACME")
    assert row[1:] == [
        "2026-03-02T04:30:00+00:00", "ACME", "Nimal", "nimal@ravingcrm.example", "staff", "ticket.note", "ACME-1",
        "Why", "before: a; after: b, c",
    ]  # fmt: skip


def test_row_46_hostile_cells_of_the_file_are_text(world: World, admin: Client) -> None:
    """row 46: whatever people typed into subjects, reasons, names and data."""
    for text in ("=1+1", "+1", "-1", "@A1", "\t=1", "\r=1"):
        write(world, 1, subject=text, reason=text, data={text: text})
    rows = exported(admin, "?action=ticket.note")
    assert len(rows) == 6
    cells = [value for row in rows for value in row]
    assert [value for value in cells if value[:1] in ("=", "+", "-", "@", "\t", "\r")] == []
    assert cells.count("'=1+1") == 2


def test_taking_the_file_is_itself_recorded(world: World, admin: Client) -> None:
    exported(admin, "?organisation=ACME&action=ticket.note")
    with system_scope("the test looks"):
        entry = VendorAuditEntry.objects.get(action="audit.export")
    assert (entry.actor_name, entry.subject) == ("Indra", "ACME")
    assert entry.data == {"filters": {"organisation": "ACME", "action": "ticket.note"}, "at_most": 50_000}
    assert admin.get(EXPORT).status_code == 405


def test_the_file_has_an_end_and_says_so(world: World, admin: Client, settings: Any) -> None:
    settings.AUDIT_EXPORT_ROWS = 5
    for number in range(5):
        write(world, number)
    assert len(exported(admin, "?action=ticket.note")) == 5
    write(world, 5)
    rows = exported(admin, "?action=ticket.note")
    assert [row[7] for row in rows[:5]] == ["ACME-5", "ACME-4", "ACME-3", "ACME-2", "ACME-1"]
    assert rows[5][0] == "Stopped after 5 entries: narrow the filters to get the older ones."


def test_the_file_comes_in_chunks_each_in_a_scope_of_its_own(
    committed_world: World, signed_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Outside the request's transaction, where a forgotten scope would show no rows or raise."""
    for number in range(25):
        write(committed_world, number)
    monkeypatch.setattr(queries, "CHUNK", 10)
    browser = signed_in(committed_world.admin)
    answer = browser.post(f"{EXPORT}?action=ticket.note")
    assert not connection.in_atomic_block
    with CaptureQueriesContext(connection) as asked:
        text = b"".join(answer.streaming_content).decode()
    assert text.count("ticket.note") == 25
    reads = [
        query["sql"] for query in asked if 'FROM "audit_auditentry"' in query["sql"] and "ticket.note" in query["sql"]
    ]
    # Three chunks of ten; where the numbers of the rows pass the end of a stretch, one more.
    assert len(reads) in (3, 4)
    assert not connection.in_atomic_block


def test_odd_characters_in_the_address_end_in_an_answer(world: World, admin: Client) -> None:
    for text in ("'", '"', "%", "_", "\\", "{{7}}", "<script>", "${x}", "a" * 5000, "\ud83d\ude00"):
        for name in ("log", "organisation", "person", "action", "subject", "from", "until", "before"):
            assert admin.get(f"{PAGE}?{name}={quote(text, errors='surrogatepass')}").status_code in (200, 400)

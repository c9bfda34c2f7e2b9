"""The proof is worth what it can find: planted leaks are found, a world that proves nothing is refused.

All in one file, so that the stage is set up once and is gone before any other test runs.
"""

from contextlib import contextmanager

import pytest
from django.core.management import call_command
from django.db import connection
from psycopg2 import sql

from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.proof import unasked
from helpdesk.proof.aims import METHODS
from helpdesk.proof.fixtures import ROUTES
from helpdesk.proof.ledger import empty_tables
from helpdesk.proof.openapi import operations, unrouted
from helpdesk.proof.planting import KEPT, bare_rows, planted_fields, tenant_models
from helpdesk.proof.report import Report
from helpdesk.proof.routes import routes
from helpdesk.proof.scratch import OVERRIDES
from helpdesk.proof.unasked import Mail, judge, public_files
from status.models import Incident

LEAK = "leak in the answer"
UNLIKE = "a foreign id answers unlike a missing one"


def test_a_page_and_a_change_hold(sound):
    assert [str(finding) for finding in sound.findings.values()] == []
    assert sound.counts["requests"] > 100
    assert sound.counts["rows watched"] > 100


def test_every_route_has_a_line_and_every_line_a_route():
    lines = {name.split(" ")[0] for name in ROUTES}
    assert {route.name for route in routes()} == lines


def test_every_operation_of_the_apis_document_has_a_route():
    assert unrouted(routes(), operations()) == []


def test_the_lines_of_single_methods_name_methods():
    assert {name.split(" ")[1] for name in ROUTES if " " in name} <= set(METHODS)


def test_every_text_of_a_tenant_row_holds_a_canary_or_says_why_not(ready):
    assert list(bare_rows(ready.owner)) == []
    columns = {f"{model._meta.db_table}.{field.column}" for model in tenant_models() for field in model._meta.fields}
    assert set(KEPT) <= columns
    assert all(KEPT.values())
    assert sum(len(planted_fields(model)) for model in tenant_models()) > 20


@contextmanager
def emptied(owner, table: str, organisation: int):
    """The organisation's rows of a table are gone within the block."""
    name = sql.Identifier(table)
    with owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.system', 'on', false)")
        cursor.execute(
            sql.SQL("SELECT json_agg(t)::text FROM {} t WHERE organisation_id = %s").format(name), [organisation]
        )
        rows = cursor.fetchone()[0]
        cursor.execute(sql.SQL("DELETE FROM {} WHERE organisation_id = %s").format(name), [organisation])
        try:
            yield
        finally:
            back = "INSERT INTO {0} SELECT * FROM json_populate_recordset(NULL::{0}, %s)"
            cursor.execute(sql.SQL(back).format(name), [rows])
            cursor.execute("SELECT set_config('app.system', '', false)")


def test_the_public_files_and_the_mails_hold(ready):
    report = Report()
    public_files(ready.world, report)
    judge(ready.mails, ready.world, report)
    assert [str(finding) for finding in report.findings.values()] == []
    assert report.counts["public files read"] > 20
    assert report.counts["mails read"] > 100


def test_a_file_of_the_status_page_that_tells_of_an_organisation_is_found(ready, monkeypatch):
    everybody = [side.organisation.pk for side in ready.world.sides]
    monkeypatch.setattr(unasked, "scope", lambda _nobody: scope(everybody))
    report = Report()
    public_files(ready.world, report)
    found = {kind for kind, where in report.kinds if where == "/status/"}
    assert found == {"leak in a public file", "a public file depends on an organisation's rows"}


def test_a_file_that_counts_over_everybody_is_found(ready):
    def counting(_at):
        with system_scope("a leak, planted"):
            return {"/status/": f"{Incident.objects.count()} incidents"}

    report = Report()
    public_files(ready.world, report, files=counting)
    assert report.kinds == {("a public file depends on an organisation's rows", "/status/")}


def test_a_mail_of_anothers_or_with_anothers_words_is_found(ready):
    own, victim = ready.world.own, ready.world.victim
    theirs = victim.things["incident"].title
    report = Report()
    sent = [
        Mail(recipient="own.agent@vendor.example", text=f"It says {theirs}", of=own.key),
        Mail(recipient="own.agent@vendor.example", text="Nothing", of=victim.key),
        Mail(recipient="reader-1@far.example", text=f"Told everybody: {theirs}"),
        Mail(recipient="founder1@vendor.example", text=f"Told whoever serves all: {theirs}"),
        Mail(recipient="victim.admin@vendor.example", text=f"Told whoever serves it: {theirs}", of=victim.key),
    ]
    judge(sent, ready.world, report)
    assert report.kinds == {
        ("leak in a mail", "own.agent@vendor.example"), ("leak in a mail", "reader-1@far.example"),
        ("a mail to another organisation", "own.agent@vendor.example"),
    }  # fmt: skip


def test_the_proof_never_touches_the_files_of_the_product_that_runs_here(ready, settings):
    assert OVERRIDES["STATUS_FOLDER"] == settings.STATUS_FOLDER == ""


def test_a_table_without_a_row_of_the_victims_is_a_finding(ready, proof):
    assert empty_tables(ready.owner, ready.world) == []
    with emptied(ready.owner, "accounts_clientinvitation", ready.world.victim.organisation.pk):
        report = proof({"robots"})
    assert ("empty table", "accounts_clientinvitation") in report.kinds


def test_the_books_are_read_alike_by_the_owner_and_by_the_app(ready, sound):
    assert sound.kinds == set()
    assert ready.books.read_as(ready.owner)["tickets_ticket"].rows == 16


def test_the_walk_works_under_the_apps_role_in_a_database_of_its_own(ready):
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_database(), current_user")
        database, role = cursor.fetchone()
    assert database.startswith("helpdesk_proof_")
    assert role == "helpdesk_app"


def test_the_command_says_that_it_was_interrupted_and_leaves_no_database(monkeypatch, ready):
    def interrupted(*args, **options):
        raise KeyboardInterrupt

    from django.core.management.base import CommandError

    from helpdesk.proof.management.commands import prove_isolation

    @contextmanager
    def stage():
        yield ready

    monkeypatch.setattr(prove_isolation, "stage", stage)
    monkeypatch.setattr(prove_isolation, "prove", interrupted)
    with pytest.raises(CommandError, match="Interrupted"):
        call_command("prove_isolation")


def of(report, name: str) -> dict[str, set[str]]:
    """Everything found at one route: the kind of fault to the requests that showed it."""
    found: dict[str, set[str]] = {}
    for finding in report.findings.values():
        if name in finding.where:
            found.setdefault(finding.kind, set()).add(finding.where)
    return found


def test_a_view_under_the_systems_scope_is_found(leaks):
    assert "GET leak_scope [own]" in of(leaks, "leak_scope")[LEAK]


def test_a_cache_key_without_its_organisation_is_found_in_the_answer_and_in_the_cache(leaks):
    assert "GET leak_cache [own]" in of(leaks, "leak_cache")[LEAK]
    assert ("leak in the cache", "newest-subjects") in leaks.kinds


def test_a_file_for_whoever_knows_its_id_is_found(leaks):
    assert "GET leak_file [path file_id]" in of(leaks, "leak_file")[LEAK]
    assert "GET leak_file [path file_id]" in of(leaks, "leak_file")[UNLIKE]


def test_a_count_over_everybody_is_found(leaks):
    assert "GET leak_count [own]" in of(leaks, "leak_count")["depends on another organisation's rows"]


def test_a_foreign_id_accepted_from_a_body_is_found(leaks):
    found = of(leaks, "leak_body")
    assert "POST leak_body [field ticket=ticket]" in found["foreign rows changed"]
    assert LEAK not in found, "its answer tells nothing: only the digest of the rows does"


def test_a_header_that_is_believed_is_found_though_it_is_first_sent_among_other_names(leaks):
    found = of(leaks, "leak_header")
    assert "GET leak_header [headers that some product believes]" in found[UNLIKE]
    assert not any("query" in where or "fields" in where for where in found[UNLIKE])


def test_an_id_that_the_process_itself_remembers_is_found_though_nothing_is_looked_up(leaks):
    assert "GET leak_memory [path public_id]" in of(leaks, "leak_memory")[UNLIKE]


def test_a_route_without_a_line_among_the_fixtures_is_found(leaks):
    assert of(leaks, "leak_unlisted") == {"unlisted route": {"leak_unlisted"}}


def test_a_kwarg_that_stands_for_nothing_is_found(leaks):
    assert of(leaks, "leak_kwarg") == {"kwarg without fixture": {"leak_kwarg"}}


def test_a_route_whose_own_request_never_works_is_found(leaks):
    kind = "no working request of one's own"
    assert "any leak_useless" in of(leaks, "leak_useless")[kind]


def test_every_role_that_can_meet_the_leak_is_named(leaks):
    found = {finding.role for finding in leaks.findings.values() if finding.where == "GET leak_scope [own]"}
    assert found == {"client", "agent"}


@pytest.mark.parametrize("name", ["leak_scope", "leak_count"])
def test_nothing_is_called_a_leak_that_is_none(leaks, name):
    assert "foreign rows changed" not in of(leaks, name)

"""What the database itself enforces, read from its catalogue under the app's role."""

import re

import pytest
from django.apps import apps
from django.db import connection, models

from helpdesk.lib.checks import role_faults
from helpdesk.lib.tenancy import TenantModel, VendorModel

pytestmark = pytest.mark.django_db

MODELS = apps.get_models(include_auto_created=True)
TENANT_TABLES = {model._meta.db_table for model in MODELS if issubclass(model, TenantModel)}
# Rows of every organisation or of one, by this column: `shared_table` shows the latter to its own scope alone.
SHARED_TABLES = {
    "status_uptimemonth": "only_for",
    "status_uptimeterms": "only_for",
    "tickets_fielddefinition": "only_for",
}
# Rows for everybody or for an audience, by this column and table: the audience's own security shows each its rows.
AUDIENCE_TABLES = {
    "status_incident": ("for_all", "status_incidentaudience", "incident_id"),
    "status_maintenanceseries": ("for_all", "status_seriesaudience", "series_id"),
    "status_maintenancewindow": ("for_all", "status_windowaudience", "window_id"),
    "status_surge": ("false", "status_surgeticket", "surge_id"),
    "status_exclusion": ("for_all", "status_exclusionaudience", "exclusion_id"),
}
# Rows that are read by whoever reads this table's row, which this column names.
PART_TABLES = {
    "status_exclusioncomponent": ("status_exclusion", "exclusion_id"),
    "status_exclusiondecision": ("status_exclusion", "exclusion_id"),
    "status_incidentimpact": ("status_incident", "incident_id"),
    "status_incidentupdate": ("status_incident", "incident_id"),
    "status_seriescomponent": ("status_maintenanceseries", "series_id"),
    "status_windowannouncement": ("status_maintenancewindow", "window_id"),
    "status_windowcomponent": ("status_maintenancewindow", "window_id"),
    "status_windowcorrection": ("status_maintenancewindow", "window_id"),
    "status_windownotice": ("status_maintenancewindow", "window_id"),
}
READ_BY_MORE = {*SHARED_TABLES, *AUDIENCE_TABLES, *PART_TABLES}
VENDOR_TABLES = {model._meta.db_table for model in MODELS if issubclass(model, VendorModel)}
SCOPE = (
    "(organisation_id = ANY (( SELECT (string_to_array(NULLIF(current_setting('app.organisations'::text, true), "
    "''::text), ','::text))::bigint[] AS string_to_array))::bigint[]))"
)
SYSTEM = "( SELECT (current_setting('app.system'::text, true) = 'on'::text))"
UNIQUE_WITHOUT_ORGANISATION = {
    (
        "accounts_organisationdomain",
        ("domain",),
    ): "a verified domain is one organisation's; only our admins learn of another",
    ("accounts_clientinvitation", ("token_digest",)): "the digest of 256 random bits: nobody meets one by trying",
    ("accounts_membership", ("user_id",)): "a person belongs to one organisation; the number is ours, nobody types it",
}


def rows(sql: str, *params: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall()


def plain(expression: str | None) -> str:
    """A policy's expression without the planner's names, spaces and outer brackets."""
    text = re.sub(r" AS \w+", "", expression or "")
    return re.sub(r"[\s()]", "", text)


def wanted(*arms: str) -> str:
    return plain("OR".join(arms))


def test_the_tables_with_an_organisation_are_those_of_the_tenant_models():
    found = rows(
        "SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND NOT a.attisdropped "
        "WHERE a.attname = 'organisation_id' AND c.relkind IN ('r', 'p') AND c.relnamespace = 'public'::regnamespace"
    )
    assert {name for (name,) in found} == TENANT_TABLES


@pytest.mark.parametrize("table", sorted(TENANT_TABLES))
def test_a_tenant_table_cannot_hold_a_row_without_organisation(table):
    found = rows(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = 'organisation_id'", table
    )
    assert found == [(True,)]


@pytest.mark.parametrize("table", sorted(TENANT_TABLES | VENDOR_TABLES | READ_BY_MORE))
def test_row_level_security_is_on_and_binds_the_owner_too(table):
    found = rows("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE oid = %s::regclass", table)
    assert found == [(True, True)]


def policies(table: str) -> list[tuple]:
    return rows(
        "SELECT permissive, roles::text, cmd, qual, with_check FROM pg_policies "
        "WHERE schemaname = 'public' AND tablename = %s",
        table,
    )


@pytest.mark.parametrize("table", sorted(TENANT_TABLES))
def test_a_tenant_tables_one_policy_is_the_scope_or_the_system(table):
    (found,) = policies(table)
    assert found[:3] == ("PERMISSIVE", "{public}", "ALL")
    assert plain(found[3]) == plain(found[4]) == wanted(SCOPE, SYSTEM)


@pytest.mark.parametrize("table", sorted(VENDOR_TABLES))
def test_a_vendor_tables_one_policy_is_the_system(table):
    (found,) = policies(table)
    assert found[:3] == ("PERMISSIVE", "{public}", "ALL")
    assert plain(found[3]) == plain(found[4]) == wanted(SYSTEM)


def assert_written_by_the_system_and_read_by(table: str, *arms: str) -> None:
    found = {row[2]: (row[:2], plain(row[3]), plain(row[4])) for row in policies(table)}
    assert found == {
        "ALL": (("PERMISSIVE", "{public}"), wanted(SYSTEM), wanted(SYSTEM)),
        "SELECT": (("PERMISSIVE", "{public}"), wanted(*arms, SYSTEM), ""),
    }


@pytest.mark.parametrize("table", SHARED_TABLES)
def test_a_shared_table_is_read_by_everybody_or_its_own_scope_and_written_by_the_system(table):
    column = SHARED_TABLES[table]
    assert_written_by_the_system_and_read_by(table, f"{column}=0", SCOPE.replace("organisation_id", column))


@pytest.mark.parametrize("table", AUDIENCE_TABLES)
def test_a_table_with_an_audience_is_read_by_everybody_or_by_it_and_written_by_the_system(table):
    everybody, audience, column = AUDIENCE_TABLES[table]
    assert audience in TENANT_TABLES, "whose own policy is what the other leans on"
    listed = f"EXISTS(SELECT 1 FROM {audience} a WHERE a.{column} = {table}.id)"  # noqa: S608 - our own names
    assert_written_by_the_system_and_read_by(table, everybody, listed)


@pytest.mark.parametrize("table", PART_TABLES)
def test_a_part_is_read_with_its_whole_and_written_by_the_system(table):
    whole, column = PART_TABLES[table]
    assert whole in AUDIENCE_TABLES, "whose own policy is what the other leans on"
    read = f"EXISTS(SELECT 1 FROM {whole} o WHERE o.id = {table}.{column})"  # noqa: S608 - our own names
    assert_written_by_the_system_and_read_by(table, read)


def test_no_other_table_has_a_policy():
    found = rows("SELECT DISTINCT tablename FROM pg_policies WHERE schemaname = 'public'")
    assert {name for (name,) in found} == TENANT_TABLES | VENDOR_TABLES | READ_BY_MORE


def foreign_keys() -> dict[tuple[str, tuple[str, ...]], tuple[str, tuple[str, ...]]]:
    """Every foreign key: (table, its columns) to (target, its columns), columns in the key's order."""
    found = rows(
        "SELECT k.conrelid::regclass::text, k.confrelid::regclass::text, "
        "ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY n(num, i) "
        "      JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = n.num ORDER BY n.i), "
        "ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY n(num, i) "
        "      JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = n.num ORDER BY n.i) "
        "FROM pg_constraint k WHERE k.contype = 'f' AND k.connamespace = 'public'::regnamespace AND k.convalidated"
    )
    return {(table, tuple(columns)): (target, tuple(keys)) for table, target, columns, keys in found}


def test_every_key_between_tenant_tables_carries_the_organisation():
    between = {
        source: target
        for source, target in foreign_keys().items()
        if source[0] in TENANT_TABLES and target[0] in TENANT_TABLES
    }
    assert between, "there are such keys"
    for (table, columns), (target, keys) in between.items():
        pairs = dict(zip(columns, keys, strict=True))
        assert pairs.get("organisation_id") == "organisation_id", f"{table} {columns} -> {target} {keys}"


def test_every_edge_of_the_models_is_a_key_of_the_database():
    """`db_constraint=False` stands where a migration makes the composite key: here is the proof that it did."""
    keys = foreign_keys()
    missing = []
    for model in MODELS:
        for field in model._meta.fields:
            if not isinstance(field, models.ForeignKey):
                continue
            table, target = model._meta.db_table, field.related_model._meta.db_table
            both_tenants = table in TENANT_TABLES and target in TENANT_TABLES
            composite = any(
                where == table and {field.column, "organisation_id"} <= set(columns) for where, columns in keys
            )
            plain_key = keys.get((table, (field.column,)))
            if field.name == "organisation" and (table, ("ticket_id", "organisation_id")) in keys:
                # The ticket's own key to its organisation stands for its children's: theirs must equal it.
                plain_key = keys.get((keys[table, ("ticket_id", "organisation_id")][0], ("organisation_id",)))
            if not (composite if both_tenants else composite or plain_key):
                missing.append(f"{table}.{field.column} -> {target}")
    assert missing == []


def test_a_requester_is_a_member_of_the_tickets_own_organisation():
    assert foreign_keys()["tickets_ticket", ("requester_id", "organisation_id")] == (
        "accounts_membership",
        ("user_id", "organisation_id"),
    )


def test_every_unique_key_of_a_tenant_table_includes_the_organisation():
    """Else a conflict would tell one organisation what another has. Primary keys and random ids tell nothing."""
    found = rows(
        "SELECT i.indrelid::regclass::text, ARRAY(SELECT a.attname::text FROM unnest(i.indkey::int[]) n(num) "
        "LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = n.num WHERE n.num > 0) "
        "FROM pg_index i WHERE i.indisunique AND NOT i.indisprimary AND i.indrelid::regclass::text = ANY(%s)",
        list(TENANT_TABLES),
    )
    without = {(table, tuple(columns)) for table, columns in found if "organisation_id" not in columns}
    assert without == set(UNIQUE_WITHOUT_ORGANISATION)


def test_every_exclusion_of_a_tenant_table_includes_the_organisation():
    found = rows(
        "SELECT conname FROM pg_constraint k WHERE contype = 'x' AND conrelid::regclass::text = ANY(%s) AND NOT EXISTS "
        "(SELECT 1 FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY(k.conkey) "
        "AND a.attname = 'organisation_id')",
        list(TENANT_TABLES),
    )
    assert found == []


def test_every_view_reads_with_the_rights_of_whoever_asks():
    """A plain view runs as its owner; a materialised one is filled by its owner and knows no scope at all."""
    found = rows(
        "SELECT relname, relkind, coalesce(reloptions::text, '') FROM pg_class "
        "WHERE relkind IN ('v', 'm') AND relnamespace = 'public'::regnamespace"
    )
    assert [name for name, kind, options in found if kind == "m" or "security_invoker=true" not in options] == []


def test_no_function_lends_its_owners_rights():
    found = rows("SELECT proname FROM pg_proc WHERE prosecdef AND pronamespace = 'public'::regnamespace")
    assert found == []


def test_the_tests_run_under_the_apps_role_which_owns_nothing():
    assert role_faults() == []
    (facts,) = rows(
        "SELECT current_user = session_user, r.rolcreaterole, r.rolcreatedb, r.rolreplication "
        "FROM pg_roles r WHERE r.rolname = current_user"
    )
    assert facts == (True, False, False, False)
    assert rows("SELECT count(*) FROM pg_class WHERE relowner = current_user::regrole") == [(0,)]
    assert rows("SELECT count(*) FROM pg_proc WHERE proowner = current_user::regrole") == [(0,)]


def test_the_apps_role_can_become_nobody_else_and_make_nothing():
    owners = rows("SELECT DISTINCT tableowner FROM pg_tables WHERE schemaname = 'public'")
    assert len(owners) == 1
    assert rows("SELECT pg_has_role(current_user, %s, 'MEMBER')", owners[0][0]) == [(False,)]
    assert rows("SELECT has_schema_privilege(current_user, 'public', 'CREATE')") == [(False,)]
    more = (
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace "
        "AND has_table_privilege(oid, 'TRUNCATE, TRIGGER, REFERENCES')"
    )
    assert rows(more) == [], "truncating passes row-level security and the append-only triggers by"

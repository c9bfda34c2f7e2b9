"""Migration operations that Django lacks: row-level security, composite foreign keys, append-only tables."""

from django.db.migrations import RunSQL

_SETTING = "nullif(current_setting('app.organisations', true), '')"
_ORGANISATIONS = f"(SELECT string_to_array({_SETTING}, ',')::bigint[])::bigint[]"
_SYSTEM = "(SELECT current_setting('app.system', true) = 'on')"


def tenant_table(table: str, *, column: str = "organisation_id") -> RunSQL:
    """Force row-level security on a tenant table: rows of the scope's organisations, or the system scope."""
    rule = f"({column} = ANY ({_ORGANISATIONS}) OR {_SYSTEM})"
    return _secured(table, rule)


def vendor_table(table: str) -> RunSQL:
    """Force row-level security on a table of the vendor's own: nothing outside the system scope."""
    return _secured(table, f"({_SYSTEM})")


def shared_table(table: str, *, column: str) -> RunSQL:
    """Force row-level security on rows of one organisation or, where the column is 0, of every: all read the latter.

    Nothing outside the system scope writes either.
    """
    return _read_by_more(table, f"({column} = 0 OR {column} = ANY ({_ORGANISATIONS}) OR {_SYSTEM})")


def audience_table(table: str, *, everybody: str, audience: str, column: str) -> RunSQL:
    """Force row-level security on rows for everybody, where the column `everybody` says so, or for some organisations.

    Those stand in the tenant table `audience`, whose own security shows each its own rows alone; its `column` names
    this table's row. Nothing outside the system scope writes.
    """
    listed = f"EXISTS (SELECT 1 FROM {audience} a WHERE a.{column} = {table}.id)"  # noqa: S608 - names of a migration
    return _read_by_more(table, f"({everybody} OR {listed} OR {_SYSTEM})")


def part_table(table: str, *, of: str, column: str) -> RunSQL:
    """Force row-level security on rows that are read by whoever reads the row of the table `of` that they belong to.

    That table's own security says who. Nothing outside the system scope writes.
    """
    whole = f"EXISTS (SELECT 1 FROM {of} o WHERE o.id = {table}.{column})"  # noqa: S608 - names of a migration
    return _read_by_more(table, f"({whole} OR {_SYSTEM})")


def _read_by_more(table: str, read: str) -> RunSQL:
    """Rows that the system scope alone writes, and others read by a rule of their own."""
    secure, expose = _statements(table, f"({_SYSTEM})")
    return RunSQL(
        sql=(*secure, f"CREATE POLICY {table}_read ON {table} FOR SELECT USING {read}"),
        reverse_sql=(f"DROP POLICY {table}_read ON {table}", *expose),
    )


def _secured(table: str, rule: str) -> RunSQL:
    secure, expose = _statements(table, rule)
    return RunSQL(sql=secure, reverse_sql=expose)


def _statements(table: str, rule: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """How a table is secured by one rule, and how that is taken back."""
    secure = (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_scope ON {table} USING {rule} WITH CHECK {rule}",
    )
    expose = (
        f"DROP POLICY {table}_scope ON {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    )
    return secure, expose


def composite_key(table: str, column: str, target: str, *, target_column: str = "id") -> RunSQL:
    """Make `(column, organisation)` point at the target's `(target_column, organisation)`.

    A plain foreign key would accept another organisation's row: constraint checks ignore row-level security.
    """
    name = f"{table}_{column}_same_organisation"
    # PostgreSQL checks the rows that are there as the owner, whom forced row-level security shows none: without the
    # system setting a key over bad rows would be taken for valid.
    return RunSQL(
        sql=[
            "SELECT set_config('app.system', 'on', true)",
            f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({column}, organisation_id) "
            f"REFERENCES {target} ({target_column}, organisation_id) DEFERRABLE INITIALLY DEFERRED",
            "SELECT set_config('app.system', '', true)",
        ],
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


def append_only(table: str) -> RunSQL:
    """Refuse UPDATE and DELETE of a history table's rows, whoever asks."""
    return RunSQL(
        sql=[
            f"CREATE FUNCTION {table}_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            f"RAISE EXCEPTION '{table} is append-only' USING ERRCODE = 'restrict_violation'; END $$",
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_is_append_only()",
        ],
        reverse_sql=[
            f"DROP TRIGGER append_only ON {table}",
            f"DROP FUNCTION {table}_is_append_only()",
        ],
    )

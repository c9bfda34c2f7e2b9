"""Copying lives over the organisations, in the database: each copy has its own ids, number, requester and instants."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import connection, models

from helpdesk.audit.models import AuditEntry
from helpdesk.demo.bulk.life import Life
from helpdesk.lib.rows import Row
from sla.models import Clock
from tickets.models import Ticket, TimelineEntry
from tickets.operations.indexing import PARAMETERS, document

# What a copy has of its own, by table and column: `l` is the life's row, `c` the copy. Instants are moved, and all
# other columns are the life's.
OWN: Mapping[type[models.Model], Mapping[str, str]] = {
    Ticket: {
        "id": "c.ticket_id",
        "organisation_id": "c.organisation_id",
        "number": "c.number",
        "requester_id": "c.requester_id",
        "public_id": "gen_random_uuid()",
        "submission_key": "gen_random_uuid()",
    },
    Clock: {"organisation_id": "c.organisation_id", "ticket_id": "c.ticket_id"},
    TimelineEntry: {
        "organisation_id": "c.organisation_id",
        "ticket_id": "c.ticket_id",
        "actor_id": "CASE l.actor_kind WHEN 'client' THEN c.requester_id ELSE l.actor_id END",
        "actor_name": "CASE l.actor_kind WHEN 'client' THEN c.requester_name ELSE l.actor_name END",
    },
    AuditEntry: {
        "organisation_id": "c.organisation_id",
        "subject": "c.organisation_key || '-' || c.number",
        "actor_id": "CASE l.actor_kind WHEN 'client' THEN c.requester_id ELSE l.actor_id END",
        "actor_name": "CASE l.actor_kind WHEN 'client' THEN c.requester_name ELSE l.actor_name END",
    },
}
# Copies take the lives in turn; each turn's are moved by one more step. Organisation and requester are drawn.
PLAN = """
    CREATE TEMP TABLE bulk_copy AS
    WITH client AS (
        SELECT row_number() OVER (ORDER BY o.id, u.id) AS client, o.id AS organisation_id, o.key AS organisation_key,
               u.id AS requester_id, u.name AS requester_name
        FROM accounts_organisation o
        JOIN accounts_membership m ON m.organisation_id = o.id JOIN accounts_user u ON u.id = m.user_id
        WHERE o.id = ANY (%(organisations)s)
    ), drawn AS (
        SELECT turn, 1 + floor(random() * (SELECT count(*) FROM client))::bigint AS client
        FROM generate_series(%(first)s, %(last)s) AS turn
    )
    SELECT nextval(pg_get_serial_sequence('tickets_ticket', 'id')) AS ticket_id, d.turn %% %(lives)s AS life,
           (d.turn / %(lives)s) * %(step)s::interval AS moved, client.organisation_id, client.organisation_key,
           client.requester_id, client.requester_name,
           coalesce(k.last_number, 0) + row_number() OVER (PARTITION BY client.organisation_id ORDER BY d.turn)
               AS number
    FROM drawn d JOIN client USING (client)
    LEFT JOIN tickets_ticketcounter k ON k.organisation_id = client.organisation_id
    ORDER BY d.turn
"""
# The words are the life's: nothing that a copy has of its own is searched by them.
WORDS = "CREATE TEMP TABLE bulk_words AS SELECT * FROM ({document}) AS made (life, public, everything)"
SEARCHED = """
    INSERT INTO tickets_searchrow (ticket_id, organisation_id, public, everything)
    SELECT c.ticket_id, c.organisation_id, w.public, w.everything
    FROM bulk_copy c JOIN bulk_words w USING (life) ORDER BY c.ticket_id
"""
COUNT = """
    INSERT INTO tickets_ticketcounter (organisation_id, last_number)
    SELECT organisation_id, max(number) FROM bulk_copy GROUP BY organisation_id
    ON CONFLICT (organisation_id) DO UPDATE SET last_number = excluded.last_number
"""
WARNED = """
    SELECT c.ticket_id, l.kind, l.warned_at - c.moved
    FROM bulk_copy c JOIN bulk_sla_clock l USING (life) WHERE l.warned_at IS NOT NULL ORDER BY c.ticket_id, l.kind
"""


def stage(lives: Sequence[Life]) -> None:
    """Put the lives into temporary tables of this connection, from which `copy_lives` multiplies them.

    PostgreSQL copies into no table with row-level security, and a life is no organisation's anyway.
    """
    numbered = list(enumerate(lives))
    _stage(Ticket, ((at, vars(life.ticket)) for at, life in numbered))
    _stage(Clock, ((at, vars(row)) for at, life in numbered for row in life.clocks))
    _stage(TimelineEntry, ((at, vars(row)) for at, life in numbered for row in life.entries))
    _stage(AuditEntry, ((at, row) for at, life in numbered for row in life.audits))
    _stage_words()


def copy_lives(
    *, lives: int, organisations: Sequence[int], first: int, last: int, step: timedelta, seed: float
) -> list[tuple[Any, ...]]:
    """Write the copies of the turns `first` to `last`, in the caller's transaction and system scope.

    Each is moved back by `step` for every full round of the lives. The `seed`, of [-1, 1], decides who of these
    organisations asks. Returns the warnings that have been given: ticket id, kind of clock, instant.
    """
    drawn = {"first": first, "last": last, "lives": lives, "step": _plain(step), "organisations": list(organisations)}
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('work_mem', '128MB', true), setseed(%s)", [seed])
        cursor.execute(PLAN, drawn)
        cursor.execute("ANALYZE bulk_copy")
        for model in OWN:
            cursor.execute(_copying(model))
        cursor.execute(SEARCHED)
        cursor.execute(COUNT)
        cursor.execute(WARNED)
        warned = cursor.fetchall()
        cursor.execute("DROP TABLE bulk_copy")
    return warned


def _copying(model: type[models.Model]) -> str:
    """The statement that multiplies one table's rows. All names are our own models'; no input reaches it."""
    fields = {str(field.column): field for field in _staged(model)}
    own = OWN[model]
    taken = {
        name: f"l.{name} - c.moved" if isinstance(field, models.DateTimeField) else f"l.{name}"
        for name, field in fields.items()
    }
    values = {**taken, **own}
    return (
        f"INSERT INTO {model._meta.db_table} ({', '.join(values)}) SELECT {', '.join(values.values())} "  # noqa: S608
        f"FROM bulk_copy c JOIN {_staging(model)} l USING (life) ORDER BY c.ticket_id, l.place"
    )


def _staged(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns that a life's row brings along: not the ids, nor what the database fills or each copy has."""
    own = OWN[model].keys() - {"actor_id", "actor_name"}
    fields = (field for field in model._meta.concrete_fields if not field.primary_key)
    return [field for field in fields if field.column not in own and not field.has_db_default()]


def _staging(model: type[models.Model]) -> str:
    return f"bulk_{model._meta.db_table}"


def _stage(model: type[models.Model], rows: Iterable[tuple[int, Row]]) -> None:
    fields, table = _staged(model), _staging(model)
    columns = ", ".join(str(field.column) for field in fields)
    text = io.StringIO()
    values = (
        [life, place, *(_plain(row[field.attname]) for field in fields)] for place, (life, row) in enumerate(rows)
    )
    csv.writer(text).writerows(values)
    text.seek(0)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {table}")
        cursor.execute(
            f"CREATE TEMP TABLE {table} AS SELECT 0::bigint AS life, 0::bigint AS place, {columns} "  # noqa: S608
            f"FROM {model._meta.db_table} WITH NO DATA"
        )
        cursor.copy_expert(rf"COPY {table} FROM STDIN WITH (FORMAT csv, NULL '\N')", text)
        cursor.execute(f"ANALYZE {table}")


def _stage_words() -> None:
    """What the search reads of each life, made as the operations make it."""
    words = document(tickets=_staging(Ticket), entries=_staging(TimelineEntry), key="life", entry_key="life")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bulk_words")
        cursor.execute(WORDS.format(document=words), PARAMETERS)
        cursor.execute("ANALYZE bulk_words")


def _plain(value: Any) -> Any:
    """A value as PostgreSQL reads it from CSV."""
    if value is None:
        return r"\N"
    if isinstance(value, dict | list):
        return json.dumps(value)
    return f"{value // timedelta(microseconds=1)} microseconds" if isinstance(value, timedelta) else value

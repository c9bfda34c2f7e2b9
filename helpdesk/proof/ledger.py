"""What a request has done to anybody's rows, read inside its own transaction and, apart from it, by the owner.

One prepared statement over every table gives, for each: a SHA-256 over all rows that are not the attacker's, their
number, the rows that are new and not theirs, and how many of these point at somebody of another organisation.
"""

from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection, models
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.lib.tenancy import TenantModel, VendorModel
from helpdesk.proof.sides import World
from helpdesk.proof.spread import IDS_PER_TABLE
from status.models import (
    Incident,
    IncidentAudience,
    MaintenanceSeries,
    MaintenanceWindow,
    SeriesAudience,
    WindowAudience,
)

# What is for everybody or for an audience, and the rows that say who that is.
AUDIENCES: dict[type[models.Model], type[models.Model]] = {
    Incident: IncidentAudience,
    MaintenanceWindow: WindowAudience,
    MaintenanceSeries: SeriesAudience,
}

ROW = """
    SELECT {name}, encode(sha256(convert_to(coalesce(string_agg(t::text, E'\\n' ORDER BY {pk}) FILTER (WHERE {theirs}),
        ''), 'UTF8')), 'hex'), count(*) FILTER (WHERE {theirs}),
        array_agg(t::text) FILTER (WHERE NOT {theirs} AND {new}),
        count(*) FILTER (WHERE NOT {theirs} AND {new} AND {points})
    FROM {table} t
"""


@dataclass(frozen=True)
class Traces:
    """The state of one table as seen by a request."""

    digest: str
    rows: int
    fresh: tuple[str, ...]
    pointers: int


Ledger = dict[str, Traces]


class Books:
    """Knows whose every row is; `read` reads them all in one statement."""

    def __init__(self, world: World) -> None:
        self.world = world
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::text")
            self.since = int(cursor.fetchone()[0]) % 2**32
            cursor.execute("SELECT last_value FROM pg_sequences WHERE last_value IS NOT NULL")
            self.last_ids = {last // IDS_PER_TABLE: last for (last,) in cursor.fetchall()}
        self.people = list(
            User.objects.filter(membership__organisation__in=[s.organisation for s in world.others]).values_list(
                "pk", flat=True
            )
        )
        self.parts = [self._part(model) for model in apps.get_models(include_auto_created=True) if model._meta.managed]
        self.statement = sql.SQL(" UNION ALL ").join(self.parts)

    def is_seeded(self, number: int) -> bool:
        """Whether an id is not of a row that came after the seeds; numbers that are no ids count as seeded."""
        return number <= self.last_ids.get(number // IDS_PER_TABLE, number)

    def prepare(self) -> None:
        """Prepare the statement on this connection, if it is not there yet."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT FROM pg_prepared_statements WHERE name = 'proof_ledger'")
            if cursor.fetchone() is not None:
                return
            cursor.execute(sql.SQL("PREPARE proof_ledger AS {}").format(self.statement))

    def read(self) -> Ledger:
        """The books as this transaction sees them, its own changes included. Needs the system scope."""
        with connection.cursor() as cursor:
            cursor.execute("EXECUTE proof_ledger")
            return _ledger(cursor.fetchall())

    def read_as(self, owner: Connection) -> Ledger:
        """The committed books, over another connection: the owner's."""
        with owner, owner.cursor() as cursor:
            cursor.execute(sql.SQL("BEGIN; SELECT set_config('app.system', 'on', true)"))
            cursor.execute(self.statement)
            found = _ledger(cursor.fetchall())
            cursor.execute("COMMIT")
        return found

    def _part(self, model: type[models.Model]) -> sql.Composable:
        new = sql.SQL("t.xmin::text::bigint >= {}").format(sql.Literal(self.since))
        return sql.SQL(ROW).format(
            name=sql.Literal(model._meta.db_table), table=sql.Identifier(model._meta.db_table), new=new,
            pk=sql.SQL("t.{}::text").format(sql.Identifier(str(model._meta.pk.column))),
            theirs=sql.SQL("({})").format(self._theirs(model)), points=sql.SQL("({})").format(self._points(model)),
        )  # fmt: skip

    def _theirs(self, model: type[models.Model]) -> sql.Composable:
        """The condition for a row of somebody else's organisation."""
        others = sql.Literal([side.organisation.pk for side in self.world.others])
        if issubclass(model, TenantModel):
            return sql.SQL("t.organisation_id = ANY({})").format(others)
        if model is Organisation:
            return sql.SQL("t.id = ANY({})").format(others)
        if model is User:
            return sql.SQL("t.id = ANY({})").format(sql.Literal(self.people))
        if issubclass(model, VendorModel):
            return self._vendors(model)
        for whole, audience in AUDIENCES.items():
            if model is whole or _edges(model, whole):
                return _listed(model, whole, audience, others)
        owners = _edges(model, User)
        return self._any(owners) if owners else sql.SQL("false")

    def _vendors(self, model: type[models.Model]) -> sql.Composable:
        """A vendor's row is another organisation's when it names one of its people; the log is everybody's."""
        columns = {field.column for field in model._meta.concrete_fields}
        for column in ("recipient", "email"):
            if column in columns:
                names = ["victim", "bystander", *(side.key.lower() for side in self.world.others)]
                domains = "|".join(f"@{name}.example" for name in names)
                return sql.SQL("t.{} ~ {}").format(sql.Identifier(column), sql.Literal(domains))
        return sql.SQL("false")

    def _points(self, model: type[models.Model]) -> sql.Composable:
        """The condition for a row that names a person, or an organisation, of somebody else's."""
        if model in (User, StaffMember):
            return sql.SQL("false")
        return self._any(_edges(model, User))

    def _any(self, edges: list[Any]) -> sql.Composable:
        if not edges:
            return sql.SQL("false")
        people = sql.Literal(self.people)
        one = [sql.SQL("coalesce(t.{} = ANY({}), false)").format(sql.Identifier(edge.column), people) for edge in edges]
        return sql.SQL(" OR ").join(one)


def _listed(
    model: type[models.Model], whole: type[models.Model], audience: type[models.Model], others: sql.Composable
) -> sql.Composable:
    """The condition for what others' organisations may know of, or a part of it."""
    column = "id" if model is whole else _edges(model, whole)[0].column
    listed = "EXISTS (SELECT FROM {} a WHERE a.{} = t.{} AND a.organisation_id = ANY({}))"
    names = (audience._meta.db_table, _edges(audience, whole)[0].column, column)
    return sql.SQL(listed).format(*(sql.Identifier(name) for name in names), others)


def _edges(model: type[models.Model], target: type[models.Model]) -> list[Any]:
    fields = model._meta.concrete_fields
    return [field for field in fields if isinstance(field, models.ForeignKey) and field.related_model is target]


def _ledger(rows: list[tuple[Any, ...]]) -> Ledger:
    return {name: Traces(digest, count, tuple(fresh or ()), pointers) for name, digest, count, fresh, pointers in rows}


def empty_tables(owner: Connection, world: World) -> list[str]:
    """The tenant tables without a row of the victim's and the vendor's tables without any: there proves nothing."""
    found = []
    with owner, owner.cursor() as cursor:
        cursor.execute("BEGIN; SELECT set_config('app.system', 'on', true)")
        for model in apps.get_models():
            tenant = issubclass(model, TenantModel)
            if not tenant and not issubclass(model, VendorModel):
                continue
            whose = sql.SQL("organisation_id = {}").format(sql.Literal(world.victim.organisation.pk))
            table = sql.Identifier(model._meta.db_table)
            where = whose if tenant else sql.SQL("true")
            cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {} WHERE {})").format(table, where))
            [(filled,)] = cursor.fetchall()
            if not filled:
                found.append(str(model._meta.db_table))
        cursor.execute("COMMIT")
    return found


def wrote_something() -> bool:
    """Whether the current transaction has written anything at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id_if_assigned() IS NOT NULL")
        return bool(cursor.fetchone()[0])

"""Putting a canary of its own into every text field of every tenant row, and seeing that it is there.

Done by the owner past the append-only triggers: no operation could, and the triggers are not what is under proof.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.apps import apps
from django.db import models
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.lib.tenancy import TenantModel, VendorModel
from helpdesk.proof.canaries import SHAPE
from helpdesk.proof.sides import World

TEXTS = (models.CharField, models.TextField, models.UUIDField, models.JSONField)
# Text that means something to the code, so that a canary in its place would make the row another one.
KEPT: Mapping[str, str] = {
    "accounts_clientinvitation.token_digest": "the digest of the link's token: hexadecimal by a constraint",
    "accounts_membership.role": "a choice",
    "audit_auditentry.actor_kind": "one of three words",
    "notifications_notice.template": "names the template that renders the mail",
    "notifications_notice.zone": "a time zone",
    "tickets_attachment.content_type": "a media type",
    "tickets_attachment.sha256": "the digest of the content",
    "tickets_attachment.storage_name": "leads to the stored file, whose content is a canary",
    "tickets_clockdifference.kind": "which clock: one of three words",
    "tickets_clockdifference.field": "names a figure of a clock",
    "tickets_mailmessage.verdict": "one of five words",
    "tickets_ticket.outside_reason": "marks the ticket as outside standard support, where it is not empty",
    "tickets_timelineentry.actor_kind": "one of three words",
}
# Text by which a row is found again: a canary that the seeds have put there already is left.
FOUND_BY = {"notifications_notice.recipient"}


def tenant_models() -> list[type[models.Model]]:
    """The models of every table whose rows belong to an organisation."""
    return [model for model in apps.get_models() if issubclass(model, TenantModel)]


def vendor_models() -> list[type[models.Model]]:
    """The models of the vendor's own tables."""
    return [model for model in apps.get_models() if issubclass(model, VendorModel)]


def planted_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The fields of a model that must hold a canary."""
    table = model._meta.db_table
    texts = [field for field in model._meta.concrete_fields if isinstance(field, TEXTS) and not field.primary_key]
    return [field for field in texts if not field.choices and f"{table}.{field.column}" not in KEPT]


def plant(owner: Connection, world: World) -> None:
    """Write the canaries into every organisation's rows, each known by table, column and row."""
    keys = {side.organisation.pk: side.key for side in world.sides}
    owner.autocommit = False
    with owner, owner.cursor() as cursor:
        cursor.execute("SELECT set_config('app.system', 'on', true)")
        for model in tenant_models():
            table, fields = sql.Identifier(model._meta.db_table), planted_fields(model)
            pk_column = sql.Identifier(str(model._meta.pk.column))
            if not fields:
                continue
            columns = sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields)
            cursor.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(table))
            cursor.execute(sql.SQL("SELECT {}, organisation_id, {} FROM {}").format(pk_column, columns, table))
            for pk, organisation, *values in cursor.fetchall():
                new = [
                    _planted(world, keys[organisation], field, pk, old)
                    for field, old in zip(fields, values, strict=True)
                ]
                marks = sql.SQL(", ").join(sql.SQL("%s") for _ in fields)
                change = sql.SQL("UPDATE {} SET ({}) = ROW({}) WHERE {} = %s").format(table, columns, marks, pk_column)
                cursor.execute(change, [*new, pk])
            cursor.execute(sql.SQL("SET CONSTRAINTS ALL IMMEDIATE"))
            cursor.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(table))
    owner.autocommit = True


def _planted(world: World, key: str, field: "models.Field[Any, Any]", pk: int, old: Any) -> str:
    column = f"{field.model._meta.db_table}.{field.column}"
    place = f"{column} #{pk}"
    if column in FOUND_BY and SHAPE.search(str(old).lower()):
        return str(old)
    if isinstance(field, models.UUIDField):
        return world.aviary.uuid(key, place)
    if isinstance(field, models.JSONField):
        canary = world.aviary.text(key, place)
        return json.dumps([*old, canary] if isinstance(old, list) else {**(old or {}), "proof": canary})
    if isinstance(field, models.EmailField):
        return f"{world.aviary.text(key, place)}@{key.lower()}.example"
    if str(old).startswith("/"):  # an address stays one
        return "/" + world.aviary.text(key, place, longest=(field.max_length or 100) - 1)
    return world.aviary.text(key, place, longest=field.max_length)


def bare_rows(owner: Connection) -> Iterator[str]:
    """The text fields of tenant rows that hold no canary: none, when the planting is complete."""
    with owner, owner.cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute("SELECT set_config('app.system', 'on', true)")
        for model in tenant_models():
            for field in planted_fields(model):
                table = model._meta.db_table
                column = sql.Identifier(str(field.column))
                query = "SELECT count(*) FROM {} WHERE coalesce({}::text, '') !~* {}"
                cursor.execute(sql.SQL(query).format(sql.Identifier(table), column, sql.Literal(SHAPE.pattern)))
                [(count,)] = cursor.fetchall()
                if count:
                    yield f"{table}.{field.column} holds no canary in {count} rows"
        cursor.execute("COMMIT")

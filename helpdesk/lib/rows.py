"""Inserting many rows at once, several times as fast as `bulk_create`: one JSON document, one parameter."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED

Row = dict[str, Any]


def insert_rows(model: type[models.Model], rows: Sequence[Row], *, ignore_conflicts: bool = False) -> None:
    """Insert rows of one model with one statement; the database gives ids and its own defaults.

    A row maps attribute names to values; all rows name the same ones, and what they leave out takes the field's
    default. With `ignore_conflicts` a row whose unique key exists already is left out. `bulk_create` makes an object
    of every row and prepares each of its values, which costs more than the insert.
    """
    if not rows:
        return
    named = rows[0].keys()
    fields = [field for field in model._meta.concrete_fields if field.attname in named or _has_plain_default(field)]
    columns = ", ".join(str(field.column) for field in fields)
    typed = ", ".join(f"{field.column} {field.db_type(connection)}" for field in fields)
    statement = (
        f"INSERT INTO {model._meta.db_table} ({columns}) "  # noqa: S608 - our own models' names, no input
        f"SELECT {columns} FROM json_to_recordset(%s::json) AS given({typed})"
    )
    if ignore_conflicts:
        statement += " ON CONFLICT DO NOTHING"
    defaults = [(field.column, field.get_default) for field in fields if field.attname not in named]
    given = [(field.column, field.attname) for field in fields if field.attname in named]
    values = [
        {column: row[name] for column, name in given} | {column: default() for column, default in defaults}
        for row in rows
    ]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=_plain)])


def _has_plain_default(field: Any) -> bool:
    """Whether a field left out takes a value from here: the id and database defaults come from the database."""
    return not field.primary_key and field.db_default is NOT_PROVIDED


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be inserted")

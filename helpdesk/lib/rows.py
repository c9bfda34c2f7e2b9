"""Inserting many rows at once, several times as fast as `bulk_create`: one JSON document, one parameter."""

import json
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import DatabaseDefault


def insert_rows(rows: Sequence[models.Model], *, ignore_conflicts: bool = False) -> None:
    """Insert unsaved rows of one model with one statement; the database gives ids and its own defaults.

    All rows leave the same columns to the database; the objects stay without their ids. With `ignore_conflicts` a
    row whose unique key exists already is left out. `bulk_create` prepares every value of every row by itself,
    which costs more than the insert.
    """
    if not rows:
        return
    first = rows[0]
    fields = [field for field in first._meta.concrete_fields if not _is_left_out(first, field)]
    columns = ", ".join(field.column for field in fields)
    typed = ", ".join(f"{field.column} {field.db_type(connection)}" for field in fields)
    statement = (
        f"INSERT INTO {first._meta.db_table} ({columns}) "  # noqa: S608 - our own models' names, no input
        f"SELECT {columns} FROM json_to_recordset(%s::json) AS given({typed})"
    )
    if ignore_conflicts:
        statement += " ON CONFLICT DO NOTHING"
    names = [(field.column, field.attname) for field in fields]
    values = [{column: getattr(row, name) for column, name in names} for row in rows]
    with connection.cursor() as cursor:
        cursor.execute(statement, [json.dumps(values, default=_plain)])


def _is_left_out(row: models.Model, field: Any) -> bool:
    """Whether the database fills the column: the id, and a default of its own that nobody overrode."""
    return field.primary_key or isinstance(getattr(row, field.attname), DatabaseDefault)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value // timedelta(microseconds=1)} microseconds"
    if isinstance(value, UUID):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be inserted")

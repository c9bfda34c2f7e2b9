"""The one place that asks what time it is. The database's clock decides, so that no worker's clock matters."""

from datetime import UTC, datetime

from django.db import connection


def database_now() -> datetime:
    """The database's clock at this statement, as a UTC instant.

    Operations call it after their row lock, so that time spent waiting for the lock counts.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)

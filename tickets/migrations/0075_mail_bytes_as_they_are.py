from django.db import migrations

COLUMNS = (("tickets_rawmail", "raw"), ("tickets_providerpost", "body"))


def storage(kind: str) -> list[str]:
    """Of rows that come from now on; those that are there stay as they lie, and are read all the same."""
    return [f"ALTER TABLE {table} ALTER COLUMN {column} SET STORAGE {kind}" for table, column in COLUMNS]


class Migration(migrations.Migration):
    """Mails are stored uncompressed: most of a large one is base64, which costs the database seconds to try and yields nothing."""

    dependencies = [("tickets", "0074_rules_by_severity")]

    operations = [migrations.RunSQL(storage("EXTERNAL"), storage("EXTENDED"))]

"""The words of the tickets that are there already, some hundreds a transaction: the table stays open to writers.

A row that is there was made by an operation meanwhile, from what is newer: it stays. What an older release writes between
this and its end is made up for by `manage.py refresh_search`.
"""

from django.db import migrations, transaction

CHUNK = 500
FILL = """
    WITH chosen AS (
        SELECT * FROM tickets_ticket WHERE id > %(last)s ORDER BY id LIMIT %(chunk)s
    ), made AS (
        SELECT t.id, t.organisation_id,
               setweight(search_words(t.subject), 'A')
                   || setweight(search_words(left(
                          concat_ws(E'\\n', t.description, t.steps, t.affected_users, t.since), 80000)), 'B')
                   || setweight(search_words(left(coalesce(m.public, ''), 80000)), 'C') AS public,
               setweight(search_words(left(coalesce(m.internal, ''), 50000)), 'D') AS internal
        FROM chosen t
        LEFT JOIN LATERAL (
            SELECT string_agg(e.body, E'\\n' ORDER BY e.at DESC) FILTER (WHERE e.is_public) AS public,
                   string_agg(e.body, E'\\n' ORDER BY e.at DESC) FILTER (WHERE NOT e.is_public) AS internal
            FROM tickets_timelineentry e
            WHERE e.ticket_id = t.id AND e.kind IN
                ('reply', 'note', 'resumed', 'severity', 'resolved', 'withdrawn', 'reopened', 'rated', 'planned', 'handed')
        ) m ON true
    ), filled AS (
        INSERT INTO tickets_searchrow (ticket_id, organisation_id, public, everything)
        SELECT id, organisation_id, public, CASE WHEN internal <> '' THEN public || internal END FROM made
        ON CONFLICT (ticket_id) DO NOTHING
    )
    SELECT max(id) FROM chosen
"""


def fill(apps, schema_editor):
    """Every organisation's tickets: the database's own setting for the system, in each transaction."""
    last = 0
    while last is not None:
        with transaction.atomic(), schema_editor.connection.cursor() as cursor:
            cursor.execute("SELECT set_config('app.system', 'on', true)")
            cursor.execute(FILL, {"last": last, "chunk": CHUNK})
            (last,) = cursor.fetchone()


def leave(apps, schema_editor):
    """The rows go with their table."""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("tickets", "0040_search")]

    operations = [migrations.RunPython(fill, leave)]

import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table

# English stems, accents taken off first. A configuration of ours, so that it can change without touching the server's.
CONFIGURATION = migrations.RunSQL(
    sql=[
        "CREATE TEXT SEARCH CONFIGURATION helpdesk (COPY = pg_catalog.english)",
        "ALTER TEXT SEARCH CONFIGURATION helpdesk ALTER MAPPING FOR hword, hword_part, word WITH unaccent, english_stem",
    ],
    reverse_sql="DROP TEXT SEARCH CONFIGURATION helpdesk",
)
# PostgreSQL's parser takes `ACME-142`, `bob@acme.example` and `/srv/app` for one word each, and 142 in the first for
# minus 142. With these signs as spaces each part is a word, in what is searched and in what is typed; a character
# stays a character, so that places in the one text are places in the other.
FUNCTIONS = migrations.RunSQL(
    sql=[
        r"CREATE FUNCTION search_plain(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        r"RETURN translate(typed, '-_/\.@:#&=?%+~<>', '                ')",
        "CREATE FUNCTION search_words(typed text) RETURNS tsvector LANGUAGE sql IMMUTABLE PARALLEL SAFE "
        "RETURN to_tsvector('public.helpdesk'::regconfig, public.search_plain(typed))",
    ],
    reverse_sql=["DROP FUNCTION search_words(text)", "DROP FUNCTION search_plain(text)"],
)
# Without a pending list: a search would read it through, and whoever fills it would wait for all.
INDEX = migrations.RunSQL(
    sql="CREATE INDEX tickets_search ON tickets_searchrow USING gin "
    "(organisation_id, (CASE WHEN everything IS NULL THEN public ELSE everything END)) WITH (fastupdate = off)",
    reverse_sql="DROP INDEX tickets_search",
)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_names_by_trigrams"),
        ("tickets", "0034_merging_checked"),
    ]

    operations = [
        CONFIGURATION,
        FUNCTIONS,
        migrations.CreateModel(
            name="SearchRow",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                ),
                (
                    "public",
                    django.contrib.postgres.search.SearchVectorField(help_text="What the client sees of the ticket."),
                ),
                (
                    "everything",
                    django.contrib.postgres.search.SearchVectorField(
                        help_text="That and the internal notes; NULL where there are none.", null=True
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        tenant_table("tickets_searchrow"),
        composite_key("tickets_searchrow", "ticket_id", "tickets_ticket"),
        INDEX,
    ]

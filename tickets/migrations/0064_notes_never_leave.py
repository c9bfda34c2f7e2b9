from django.db import migrations

FUNCTION = """
CREATE FUNCTION tickets_notice_quotes_public() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM tickets_timelineentry e
        WHERE e.id = NEW.entry_id AND e.organisation_id = NEW.organisation_id AND e.is_public
          AND NEW.facts ->> 'message' IN (e.body, left(e.body, 4000) || ' …')
    ) THEN
        RAISE EXCEPTION 'a notice to a client quotes a public message of the ticket, and nothing else'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'tickets_notice_quotes_public';
    END IF;
    RETURN NEW;
END $$
"""
TRIGGER = """
CREATE TRIGGER quotes_public BEFORE INSERT OR UPDATE OF facts, audience, entry_id, organisation_id
ON notifications_notice FOR EACH ROW
WHEN (NEW.audience <> 'staff' AND NEW.facts ? 'message')
EXECUTE FUNCTION tickets_notice_quotes_public()
"""


class Migration(migrations.Migration):
    """What is quoted to a client must be the text of a public entry: whatever the code says, a note cannot leave."""

    dependencies = [
        ("notifications", "0008_answers_and_bounces"),
        ("tickets", "0063_entry_kind_fields_checked"),
    ]

    operations = [
        migrations.RunSQL(
            sql=[FUNCTION, TRIGGER],
            reverse_sql=[
                "DROP TRIGGER quotes_public ON notifications_notice",
                "DROP FUNCTION tickets_notice_quotes_public()",
            ],
        ),
    ]

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table

# An entry is on its ticket, of its organisation, and as visible as it is: what is attached to it is, too.
KEY_TO_ENTRY = """
    ALTER TABLE tickets_attachment ADD CONSTRAINT tickets_attachment_entry_id_as_visible
    FOREIGN KEY (entry_id, ticket_id, organisation_id, is_public)
    REFERENCES tickets_timelineentry (id, ticket_id, organisation_id, is_public) DEFERRABLE INITIALLY DEFERRED
"""
# Only a staged row changes, and only by being bound or removed.
BOUND_ONCE = """
    CREATE FUNCTION tickets_attachment_is_bound_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF OLD.ticket_id IS NOT NULL THEN
            RAISE EXCEPTION 'a bound attachment is never changed' USING ERRCODE = 'restrict_violation';
        END IF;
        IF TG_OP = 'DELETE' THEN
            RETURN OLD;
        END IF;
        IF (NEW.id, NEW.public_id, NEW.organisation_id, NEW.name, NEW.content_type, NEW.size, NEW.sha256,
            NEW.storage_name, NEW.uploaded_by_id, NEW.uploaded_at)
           IS DISTINCT FROM
           (OLD.id, OLD.public_id, OLD.organisation_id, OLD.name, OLD.content_type, OLD.size, OLD.sha256,
            OLD.storage_name, OLD.uploaded_by_id, OLD.uploaded_at) THEN
            RAISE EXCEPTION 'an attachment is never edited' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END $$
"""
TRIGGER = """
    CREATE TRIGGER bound_once BEFORE UPDATE OR DELETE ON tickets_attachment
    FOR EACH ROW EXECUTE FUNCTION tickets_attachment_is_bound_once()
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_organisations_and_people"),
        ("tickets", "0002_sweep_runs"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("name", models.CharField(help_text="Cleaned; for people only, never a path.", max_length=200)),
                (
                    "content_type",
                    models.CharField(help_text="By its content, never by the sender's claim.", max_length=100),
                ),
                ("size", models.PositiveBigIntegerField(help_text="Bytes.")),
                ("sha256", models.CharField(max_length=64)),
                ("storage_name", models.CharField(max_length=120)),
                ("uploaded_at", models.DateTimeField()),
                ("is_public", models.BooleanField(default=False, help_text="As its entry is; false until bound.")),
            ],
        ),
        migrations.CreateModel(
            name="AttachmentUse",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("used", models.PositiveBigIntegerField(default=0, help_text="Bytes.")),
            ],
        ),
        migrations.AddConstraint(
            model_name="timelineentry",
            constraint=models.UniqueConstraint(
                fields=("id", "ticket", "organisation", "is_public"), name="tickets_entry_as_visible"
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="entry",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="tickets.timelineentry",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="ticket",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attachments",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="uploaded_by",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="attachmentuse",
            name="organisation",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("ticket__isnull", False)), fields=["ticket", "id"], name="tickets_attachments_of"
            ),
        ),
        migrations.AddIndex(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("ticket__isnull", True)),
                fields=["organisation", "uploaded_by"],
                name="tickets_attachments_staged",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("organisation", "public_id"), name="tickets_attachment_public_id_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.UniqueConstraint(
                fields=("organisation", "storage_name"), name="tickets_attachment_stored_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("entry__isnull", True), ("is_public", False), ("ticket__isnull", True)),
                    models.Q(("entry__isnull", False), ("ticket__isnull", False)),
                    _connector="OR",
                ),
                name="tickets_attachment_bound_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(condition=models.Q(("size__gt", 0)), name="tickets_attachment_not_empty"),
        ),
        migrations.AddConstraint(
            model_name="attachment",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="tickets_attachment_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="attachmentuse",
            constraint=models.UniqueConstraint(fields=("organisation",), name="tickets_attachment_use_once"),
        ),
        tenant_table("tickets_attachment"),
        tenant_table("tickets_attachmentuse"),
        composite_key("tickets_attachment", "ticket_id", "tickets_ticket"),
        migrations.RunSQL(
            sql=KEY_TO_ENTRY,
            reverse_sql="ALTER TABLE tickets_attachment DROP CONSTRAINT tickets_attachment_entry_id_as_visible",
        ),
        migrations.RunSQL(
            sql=[BOUND_ONCE, TRIGGER],
            reverse_sql=[
                "DROP TRIGGER bound_once ON tickets_attachment",
                "DROP FUNCTION tickets_attachment_is_bound_once()",
            ],
        ),
    ]

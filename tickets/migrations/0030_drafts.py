import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_api_tokens"),
        ("tickets", "0011_watchers"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("reply", "Reply"), ("note", "Internal note")], max_length=10)),
                ("body", models.TextField(blank=True)),
                ("files", models.JSONField(default=list)),
                ("seen", models.PositiveIntegerField()),
                ("updated_at", models.DateTimeField()),
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
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["updated_at"], name="tickets_drafts_by_age")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "person", "kind", "organisation"), name="tickets_draft_once_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["reply", "note"])), name="tickets_draft_kind"
                    ),
                ],
            },
        ),
        composite_key("tickets_messagedraft", "ticket_id", "tickets_ticket"),
        tenant_table("tickets_messagedraft"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_members_see_all"),
        ("tickets", "0003_attachments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Feedback",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "helped",
                    models.CharField(
                        choices=[("yes", "Yes, it helped"), ("partly", "Partly"), ("no", "No, it did not help")],
                        max_length=10,
                    ),
                ),
                ("comment", models.TextField(blank=True)),
                ("given_at", models.DateTimeField()),
                (
                    "given_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="feedback",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["organisation", "-given_at"], name="tickets_feedback_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "organisation"), name="tickets_feedback_once"),
                    models.CheckConstraint(
                        condition=models.Q(("helped__in", ["yes", "partly", "no"])), name="tickets_feedback_helped"
                    ),
                ],
            },
        ),
        tenant_table("tickets_feedback"),
        composite_key("tickets_feedback", "ticket_id", "tickets_ticket"),
    ]

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from helpdesk.lib.migrations import vendor_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("sla", "0004_exception_kind"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarversion",
            name="new_only",
            field=models.BooleanField(
                db_default=False, default=False, help_text="Only tickets opened from here on are counted by it."
            ),
        ),
        migrations.CreateModel(
            name="PlannedEdit",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("kind", models.CharField(choices=[("calendar", "Calendar")], max_length=10)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("counting", "Counting what would move"),
                            ("ready", "Waits for a decision"),
                            ("applying", "Moving deadlines"),
                            ("done", "Done"),
                            ("cancelled", "Not made"),
                            ("failed", "Could not be counted"),
                        ],
                        default="counting",
                        max_length=10,
                    ),
                ),
                ("changes", models.JSONField()),
                ("reason", models.CharField(blank=True, max_length=300)),
                ("spec", models.JSONField(help_text="What is edited, as a whole, as it would be afterwards.")),
                ("year", models.PositiveSmallIntegerField(help_text="The year of the page that the edit was made on.")),
                (
                    "reaches_running",
                    models.BooleanField(help_text="Whether tickets that are open move too.", null=True),
                ),
                ("part", models.PositiveIntegerField(default=0)),
                ("parts", models.PositiveIntegerField(default=0)),
                ("tally", models.JSONField(default=dict)),
                ("impact", models.JSONField(null=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("decided_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "base_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendarversion",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendar",
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "made_version",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendarversion",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ("counting", "applying"))),
                        fields=["id"],
                        name="sla_plans_going_on",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("kind__in", ["calendar"])), name="sla_plan_kind"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["counting", "ready", "applying", "done", "cancelled", "failed"])
                        ),
                        name="sla_plan_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "calendar"), _negated=True), ("calendar__isnull", False), _connector="OR"
                        ),
                        name="sla_plan_has_its_thing",
                    ),
                ],
            },
        ),
        vendor_table("sla_plannededit"),
    ]

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    """Tickets on incidents, what answers them, and templates. All tables are new: nothing that runs waits for them."""

    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("status", "0001_components_and_incidents"),
        ("tickets", "0074_rules_by_severity"),
    ]

    operations = [
        migrations.CreateModel(
            name="UpdateTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                (
                    "phase",
                    models.CharField(
                        choices=[
                            ("investigating", "Investigating"),
                            ("identified", "Identified"),
                            ("monitoring", "Monitoring"),
                            ("resolved", "Resolved"),
                            ("postmortem", "Post-mortem"),
                        ],
                        max_length=13,
                    ),
                ),
                ("title", models.CharField(blank=True, max_length=120)),
                ("body", models.TextField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="status_template_named_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("name", ""), _negated=True), models.Q(("body", ""), _negated=True)
                        ),
                        name="status_template_filled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("phase__in", ["investigating", "identified", "monitoring", "resolved", "postmortem"])
                        ),
                        name="status_template_phase",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IncidentTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("how", models.CharField(choices=[("staff", "Staff"), ("me_too", "Me too")], max_length=6)),
                ("attached_at", models.DateTimeField()),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tickets",
                        to="status.incident",
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
                        related_name="incidents",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["incident", "organisation"], name="status_tickets_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "organisation", "incident"), name="status_ticket_once"),
                    models.CheckConstraint(
                        condition=models.Q(("how__in", ["staff", "me_too"])), name="status_ticket_how"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ThreadAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("pending", "Waits"), ("done", "Answered"), ("refused", "Not answered")],
                        default="pending",
                        max_length=8,
                    ),
                ),
                ("message", models.CharField(blank=True, help_text="Why it was not answered.", max_length=500)),
                ("done_at", models.DateTimeField(null=True)),
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
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answers",
                        to="status.incidentupdate",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("outcome", "pending")), fields=["id"], name="status_answer_waits")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("update", "organisation", "ticket"), name="status_answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ["pending", "done", "refused"])),
                        name="status_answer_outcome",
                    ),
                ],
            },
        ),
        composite_key("status_incidentticket", "ticket_id", "tickets_ticket"),
        composite_key("status_threadanswer", "ticket_id", "tickets_ticket"),
        tenant_table("status_incidentticket"),
        tenant_table("status_threadanswer"),
    ]

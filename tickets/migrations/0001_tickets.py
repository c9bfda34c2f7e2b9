import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import append_only, composite_key, tenant_table


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_organisations_and_people"),
        ("sla", "0001_calendars_policies_matrix"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Ticket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("number", models.PositiveIntegerField()),
                ("subject", models.CharField(max_length=200)),
                ("description", models.TextField()),
                ("steps", models.TextField(blank=True)),
                ("affected_users", models.CharField(blank=True, max_length=200)),
                ("since", models.CharField(blank=True, max_length=200)),
                (
                    "severity",
                    models.CharField(
                        choices=[
                            ("P1", "P1 Critical"),
                            ("P2", "P2 Major"),
                            ("P3", "P3 Minor"),
                            ("P4", "P4 Informative"),
                        ],
                        max_length=2,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("waiting", "Waiting for the client"),
                            ("resolved", "Resolved"),
                            ("closed", "Closed"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("level", models.PositiveSmallIntegerField(default=1)),
                (
                    "channel",
                    models.CharField(
                        choices=[("portal", "Platform form"), ("staff", "Entered by staff"), ("mail", "Mail")],
                        max_length=10,
                    ),
                ),
                (
                    "submission_key",
                    models.UUIDField(
                        default=uuid.uuid4, help_text="Made with the form: a second submit is one ticket."
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                ("resolved_at", models.DateTimeField(null=True)),
                (
                    "closes_at",
                    models.DateTimeField(help_text="The reopen window's end: closes by itself here.", null=True),
                ),
                ("closed_at", models.DateTimeField(null=True)),
                ("withdrawn", models.BooleanField(default=False)),
                ("planned_on", models.DateField(help_text="P4: when the work is planned.", null=True)),
                (
                    "in_queue",
                    models.BooleanField(
                        default=True, help_text="Open, waiting, or resolved without the answer it is owed."
                    ),
                ),
                (
                    "queue_due_at",
                    models.DateTimeField(
                        help_text="POLICY 8; NULL: paused or without a promise, last by age.", null=True
                    ),
                ),
                (
                    "assignee",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar"
                    ),
                ),
                (
                    "follows",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "policy_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.policyversion",
                    ),
                ),
                (
                    "requester",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Escalation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.CharField(
                        choices=[
                            ("submitted", "Submitted"),
                            ("warning", "Most of the budget is used"),
                            ("response_overdue", "First response overdue"),
                            ("target_missed", "Resolution target missed"),
                            ("limit_passed", "Resolution limit passed"),
                            ("asked", "Escalated by hand"),
                            ("unacknowledged", "Not acknowledged"),
                        ],
                        max_length=20,
                    ),
                ),
                ("level", models.PositiveSmallIntegerField()),
                ("cycle", models.PositiveSmallIntegerField(default=1)),
                ("step", models.PositiveSmallIntegerField(default=1, help_text="Counts escalations by hand.")),
                ("reason", models.TextField()),
                ("raised_at", models.DateTimeField()),
                ("told", models.JSONField(default=list, help_text="Who was told, by name.")),
                ("remind_at", models.DateTimeField(null=True)),
                ("reminders", models.PositiveSmallIntegerField(default=0)),
                ("acknowledged_at", models.DateTimeField(null=True)),
                (
                    "acknowledged_by",
                    models.ForeignKey(
                        null=True,
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
                        related_name="escalations",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TicketCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("last_number", models.PositiveIntegerField(default=0)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TimelineEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("opened", "Opened"),
                            ("reply", "Reply"),
                            ("waiting", "Waiting for the client"),
                            ("resumed", "Resumed"),
                            ("severity", "Severity changed"),
                            ("resolved", "Resolved"),
                            ("withdrawn", "Withdrawn"),
                            ("reopened", "Reopened"),
                            ("closed", "Closed"),
                            ("note", "Internal note"),
                            ("assigned", "Assigned"),
                            ("planned", "Planned"),
                            ("warning", "Warning"),
                            ("breach", "Breach"),
                            ("breach_withdrawn", "Breach withdrawn"),
                            ("target_missed", "Target missed"),
                            ("escalated", "Escalated"),
                            ("acknowledged", "Acknowledged"),
                            ("reminded", "Reminded"),
                            ("deadline_moved", "Deadline moved"),
                            ("linked", "Linked"),
                        ],
                        max_length=20,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("actor_kind", models.CharField(max_length=10)),
                ("actor_name", models.CharField(max_length=120)),
                ("is_public", models.BooleanField(help_text="Whether the client sees it.")),
                ("body", models.TextField(blank=True)),
                ("data", models.JSONField(default=dict)),
                (
                    "actor",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
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
                        related_name="timeline",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                models.OrderBy(models.F("queue_due_at"), nulls_last=True),
                models.F("opened_at"),
                models.F("id"),
                condition=models.Q(("in_queue", True)),
                include=("organisation",),
                name="tickets_queue",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["organisation", "requester", "-number"], name="tickets_by_requester"),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("state", "resolved")), fields=["closes_at"], name="tickets_to_close"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("organisation", "number"), name="tickets_number_once"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("organisation", "public_id"), name="tickets_public_id_once"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(
                fields=("organisation", "submission_key"), name="tickets_submitted_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.UniqueConstraint(fields=("id", "organisation"), name="tickets_ticket_same_organisation"),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["P1", "P2", "P3", "P4"])), name="tickets_severity"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "waiting", "resolved", "closed"])), name="tickets_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", ["portal", "staff", "mail"])), name="tickets_channel"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 3)), name="tickets_level"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("subject", ""), _negated=True), name="tickets_subject_not_empty"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ("open", "waiting")), ("resolved_at__isnull", False), _connector="OR"),
                name="tickets_resolved_has_its_instant",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("acknowledged_at__isnull", True)),
                fields=["remind_at", "id"],
                name="tickets_to_remind",
            ),
        ),
        migrations.AddIndex(
            model_name="escalation",
            index=models.Index(
                condition=models.Q(("acknowledged_at__isnull", True)),
                fields=["-raised_at", "id"],
                include=("organisation",),
                name="tickets_unacknowledged",
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.UniqueConstraint(
                fields=("ticket", "organisation", "event", "cycle", "step"), name="tickets_escalation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="escalation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("acknowledged_at__isnull", True), ("acknowledged_by__isnull", True)),
                    models.Q(("acknowledged_at__isnull", False), ("acknowledged_by__isnull", False)),
                    _connector="OR",
                ),
                name="tickets_acknowledged_by_somebody",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketcounter",
            constraint=models.UniqueConstraint(fields=("organisation",), name="tickets_counter_once"),
        ),
        migrations.AddIndex(
            model_name="timelineentry",
            index=models.Index(fields=["ticket", "at", "id"], name="tickets_timeline"),
        ),
        migrations.AddConstraint(
            model_name="timelineentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "opened",
                            "reply",
                            "waiting",
                            "resumed",
                            "severity",
                            "resolved",
                            "withdrawn",
                            "reopened",
                            "closed",
                            "note",
                            "assigned",
                            "planned",
                            "warning",
                            "breach",
                            "breach_withdrawn",
                            "target_missed",
                            "escalated",
                            "acknowledged",
                            "reminded",
                            "deadline_moved",
                            "linked",
                        ],
                    )
                ),
                name="tickets_entry_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="timelineentry",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "note"), _negated=True), ("is_public", False), _connector="OR"),
                name="tickets_note_is_internal",
            ),
        ),
        tenant_table("tickets_ticket"),
        tenant_table("tickets_ticketcounter"),
        tenant_table("tickets_timelineentry"),
        tenant_table("tickets_escalation"),
        composite_key("tickets_ticket", "requester_id", "accounts_membership", target_column="user_id"),
        composite_key("tickets_ticket", "follows_id", "tickets_ticket"),
        composite_key("tickets_timelineentry", "ticket_id", "tickets_ticket"),
        composite_key("tickets_escalation", "ticket_id", "tickets_ticket"),
        append_only("tickets_timelineentry"),
    ]

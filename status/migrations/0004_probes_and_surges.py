import uuid

import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import audience_table, composite_key, tenant_table


class Migration(migrations.Migration):
    """Probes with what they saw, and surges of like tickets. All tables are new: nothing that runs waits for them."""

    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("status", "0003_maintenance"),
        ("tickets", "0080_outside_standard_support_checked"),
    ]

    operations = [
        migrations.CreateModel(
            name="Probe",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                ("kind", models.CharField(choices=[("http", "HTTP(S)"), ("tcp", "TCP")], default="http", max_length=4)),
                ("address", models.CharField(help_text="An HTTP(S) address, or host:port.", max_length=500)),
                ("interval", models.PositiveSmallIntegerField(default=60, help_text="Seconds from check to check.")),
                (
                    "offset",
                    models.PositiveSmallIntegerField(default=0, help_text="Seconds after the hour of the first slot."),
                ),
                ("connect_timeout", models.PositiveSmallIntegerField(default=5, help_text="Seconds.")),
                ("timeout", models.PositiveSmallIntegerField(default=10, help_text="Seconds for all of a check.")),
                ("statuses", models.CharField(default="200-299", help_text="As in 200-299, 401.", max_length=80)),
                ("text", models.CharField(blank=True, help_text="What the answer has to hold.", max_length=200)),
                ("fail_threshold", models.PositiveSmallIntegerField(default=3)),
                ("success_threshold", models.PositiveSmallIntegerField(default=2)),
                ("paused_at", models.DateTimeField(null=True)),
                ("began_at", models.DateTimeField(help_text="Its first slot.")),
                ("next_at", models.DateTimeField(help_text="The slot that is asked for next.")),
                ("claimed_until", models.DateTimeField(help_text="Until then nobody else asks.", null=True)),
                ("state", models.CharField(choices=[("up", "Up"), ("down", "Down")], default="up", max_length=4)),
                ("streak", models.PositiveSmallIntegerField(default=0)),
                ("streak_from", models.DateTimeField(null=True)),
                ("last_at", models.DateTimeField(help_text="The slot of the newest result.", null=True)),
                (
                    "last_outcome",
                    models.CharField(
                        blank=True, choices=[("up", "Up"), ("failed", "Failed"), ("refused", "Not asked")], max_length=7
                    ),
                ),
                ("last_ms", models.PositiveIntegerField(null=True)),
                ("last_why", models.CharField(blank=True, max_length=20)),
                ("last_detail", models.CharField(blank=True, max_length=200)),
                ("updated_at", models.DateTimeField()),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="probes", to="status.component"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProbeHour",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("marks", models.CharField(max_length=120)),
                ("up", models.PositiveSmallIntegerField()),
                ("failed", models.PositiveSmallIntegerField()),
                ("ms_median", models.PositiveIntegerField(null=True)),
                ("ms_p95", models.PositiveIntegerField(null=True)),
                ("ms_max", models.PositiveIntegerField(null=True)),
                (
                    "probe",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="hours",
                        to="status.probe",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProbeResult",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slot_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[("up", "Up"), ("failed", "Failed"), ("refused", "Not asked")], max_length=7
                    ),
                ),
                (
                    "ms",
                    models.PositiveIntegerField(
                        help_text="Milliseconds until the answer; empty where there was none.", null=True
                    ),
                ),
                ("why", models.CharField(blank=True, max_length=20)),
                ("detail", models.CharField(blank=True, max_length=200)),
                (
                    "probe",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="results",
                        to="status.probe",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ProbeRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_failed_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField()),
                ("recovered_at", models.DateTimeField(null=True)),
                ("recovery_confirmed_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, max_length=20)),
                ("detail", models.CharField(blank=True, max_length=200)),
                (
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="probe_runs",
                        to="status.incident",
                    ),
                ),
                (
                    "probe",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="runs",
                        to="status.probe",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Surge",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("words", models.CharField(max_length=120)),
                ("began_at", models.DateTimeField(help_text="When the first of its tickets was opened.")),
                ("newest_at", models.DateTimeField(help_text="When the newest of its tickets was opened.")),
                ("seen_at", models.DateTimeField(help_text="When it was found.")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("opened", "An incident was opened"),
                            ("dismissed", "Dismissed"),
                        ],
                        default="proposed",
                        max_length=9,
                    ),
                ),
                ("decided_at", models.DateTimeField(null=True)),
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
                    "incident",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="surges",
                        to="status.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SurgeTicket",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "surge",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tickets", to="status.surge"
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
        ),
        migrations.AddIndex(
            model_name="probe",
            index=models.Index(
                condition=models.Q(("paused_at__isnull", True)), fields=["next_at"], name="status_probe_due"
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name", ""), _negated=True),
                    models.Q(("address", ""), _negated=True),
                    ("kind__in", ["http", "tcp"]),
                ),
                name="status_probe_filled",
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(("interval__in", (30, 60, 120, 300, 600)), ("offset__lt", models.F("interval"))),
                name="status_probe_grid",
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(("fail_threshold__range", (1, 10)), ("success_threshold__range", (1, 10))),
                name="status_probe_thresholds",
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("connect_timeout__gte", 1),
                    ("timeout__gte", models.F("connect_timeout")),
                    ("timeout__lt", models.F("interval")),
                ),
                name="status_probe_in_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="probe",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["up", "down"])), name="status_probe_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="probehour",
            constraint=models.UniqueConstraint(fields=("probe", "hour"), name="status_hour_once"),
        ),
        migrations.AddConstraint(
            model_name="probehour",
            constraint=models.CheckConstraint(
                condition=models.Q(("marks__regex", "^[UFR?]+$")), name="status_hour_marks"
            ),
        ),
        migrations.AddIndex(
            model_name="proberesult",
            index=models.Index(fields=["slot_at"], name="status_results_by_age"),
        ),
        migrations.AddConstraint(
            model_name="proberesult",
            constraint=models.UniqueConstraint(fields=("probe", "slot_at"), name="status_result_once"),
        ),
        migrations.AddConstraint(
            model_name="proberesult",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["up", "failed", "refused"])), name="status_result_outcome"
            ),
        ),
        migrations.AddConstraint(
            model_name="proberun",
            constraint=models.UniqueConstraint(fields=("probe", "first_failed_at"), name="status_run_once"),
        ),
        migrations.AddConstraint(
            model_name="proberun",
            constraint=models.UniqueConstraint(
                condition=models.Q(("recovered_at__isnull", True)), fields=("probe",), name="status_run_open_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="proberun",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("recovered_at__isnull", True), ("recovered_at__gt", models.F("first_failed_at")), _connector="OR"
                ),
                name="status_run_forward",
            ),
        ),
        migrations.AddIndex(
            model_name="surge",
            index=models.Index(fields=["-newest_at"], name="status_surge_by_age"),
        ),
        migrations.AddConstraint(
            model_name="surge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("words", ""), _negated=True), ("state__in", ["proposed", "opened", "dismissed"])
                ),
                name="status_surge_filled",
            ),
        ),
        migrations.AddConstraint(
            model_name="surge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("state", "proposed")),
                    models.Q(models.Q(("state", "proposed"), _negated=True), ("decided_at__isnull", False)),
                    _connector="OR",
                ),
                name="status_surge_decided_then",
            ),
        ),
        migrations.AddConstraint(
            model_name="surge",
            constraint=models.CheckConstraint(
                condition=models.Q(("incident__isnull", True), ("state", "opened"), _connector="OR"),
                name="status_surge_opened_what",
            ),
        ),
        migrations.AddConstraint(
            model_name="surgeticket",
            constraint=models.UniqueConstraint(
                fields=("ticket", "organisation", "surge"), name="status_surge_ticket_once"
            ),
        ),
        composite_key("status_surgeticket", "ticket_id", "tickets_ticket"),
        tenant_table("status_surgeticket"),
        # Whoever sees one of its tickets sees the surge; nobody outside the system scope writes it.
        audience_table("status_surge", everybody="false", audience="status_surgeticket", column="surge_id"),
    ]

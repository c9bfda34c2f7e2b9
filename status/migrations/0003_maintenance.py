import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

from helpdesk.lib.migrations import audience_table, part_table, tenant_table


def key(name: str, table: str, columns: str, target: str) -> RunSQL:
    """A key of two columns: what is said of a row is said of the very same one."""
    return RunSQL(
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} "
        "DEFERRABLE INITIALLY DEFERRED",
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


# What was announced stays; the instant at which its mails were queued is added once.
ANNOUNCED = """
CREATE FUNCTION status_windowannouncement_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE' AND OLD.queued_at IS NULL AND NEW.queued_at IS NOT NULL
     AND to_jsonb(NEW) - 'queued_at' = to_jsonb(OLD) - 'queued_at' THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'status_windowannouncement is append-only' USING ERRCODE = 'restrict_violation';
END $$
"""

# The usual windows as this vendor seeds them; they are data, and edited in the settings.
USUAL = "INSERT INTO status_usualwindow (weekday, opens, closes) VALUES (5, '22:00', '02:00')"


class Migration(migrations.Migration):
    """Maintenance windows, series of them, and what was announced. All tables are new: nothing that runs waits."""

    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("status", "0002_tickets_and_templates"),
    ]

    operations = [
        migrations.CreateModel(
            name="MaintenanceSeries",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("body", models.TextField(blank=True)),
                (
                    "impact",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("degraded_performance", "Degraded performance"),
                            ("partial_outage", "Partial outage"),
                            ("major_outage", "Major outage"),
                        ],
                        default="major_outage",
                        max_length=20,
                    ),
                ),
                (
                    "for_all",
                    models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone."),
                ),
                ("rule", models.CharField(max_length=200)),
                ("zone", models.CharField(max_length=60)),
                ("first_on", models.DateField(help_text="The day from which the rule counts.")),
                ("opens", models.TimeField(help_text="Wall time in its zone.")),
                ("minutes", models.PositiveIntegerField(help_text="How long each window lasts.")),
                ("ended_at", models.DateTimeField(help_text="From then on no window is made.", null=True)),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("id", "for_all"), name="status_series_for_whom"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("title", ""), _negated=True), models.Q(("rule", ""), _negated=True)
                        ),
                        name="status_series_filled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("impact__in", ["operational", "degraded_performance", "partial_outage", "major_outage"])
                        ),
                        name="status_series_impact",
                    ),
                    models.CheckConstraint(condition=models.Q(("minutes__gt", 0)), name="status_series_lasts"),
                ],
            },
        ),
        migrations.CreateModel(
            name="MaintenanceWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120)),
                ("body", models.TextField(blank=True)),
                (
                    "impact",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("degraded_performance", "Degraded performance"),
                            ("partial_outage", "Partial outage"),
                            ("major_outage", "Major outage"),
                        ],
                        default="major_outage",
                        help_text="What clients have to expect.",
                        max_length=20,
                    ),
                ),
                (
                    "for_all",
                    models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone."),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "revision",
                    models.PositiveIntegerField(default=0, help_text="One more with each change that was told of."),
                ),
                ("published_at", models.DateTimeField(null=True)),
                ("started_at", models.DateTimeField(null=True)),
                ("verifying_at", models.DateTimeField(null=True)),
                (
                    "overran_at",
                    models.DateTimeField(help_text="When it was said to take longer than announced.", null=True),
                ),
                ("completed_at", models.DateTimeField(null=True)),
                ("cancelled_at", models.DateTimeField(null=True)),
                ("cancellation", models.CharField(blank=True, help_text="Why it was cancelled.", max_length=500)),
                (
                    "occurs_at",
                    models.DateTimeField(help_text="The instant of its series that it was made for.", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "series",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="windows",
                        to="status.maintenanceseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeriesAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "for_all",
                    models.BooleanField(
                        db_default=False, default=False, help_text="Repeated: its series is not for all."
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
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audience",
                        to="status.maintenanceseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SeriesComponent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="status.component"
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="status.maintenanceseries",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UsualWindow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("weekday", models.PositiveSmallIntegerField(help_text="0 is Monday.")),
                ("opens", models.TimeField()),
                ("closes", models.TimeField(help_text="At or before its opening: on the day after.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("weekday", "opens"), name="status_usual_once"),
                    models.CheckConstraint(condition=models.Q(("weekday__lte", 6)), name="status_usual_weekday"),
                    models.CheckConstraint(
                        condition=models.Q(("opens", models.F("closes")), _negated=True), name="status_usual_has_length"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WindowAnnouncement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("revision", models.PositiveIntegerField()),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("published_at", models.DateTimeField()),
                (
                    "queued_at",
                    models.DateTimeField(
                        help_text="When its mails were really queued: set once, by who did.", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, help_text="Why it was moved.", max_length=500)),
                ("author_name", models.CharField(max_length=120)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "for_all",
                    models.BooleanField(
                        db_default=False, default=False, help_text="Repeated: its window is not for all."
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
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="audience",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowComponent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="windows", to="status.component"
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="WindowNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("published", "announced"),
                            ("moved", "moved"),
                            ("in_48_hours", "48 hours before"),
                            ("in_24_hours", "24 hours before"),
                            ("in_1_hour", "1 hour before"),
                            ("started", "begun"),
                            ("overrun", "takes longer"),
                            ("completed", "completed"),
                            ("cancelled", "cancelled"),
                        ],
                        max_length=12,
                    ),
                ),
                ("revision", models.PositiveIntegerField()),
                ("recorded_at", models.DateTimeField()),
                ("recipients", models.PositiveIntegerField(default=0)),
                ("dropped", models.BooleanField(default=False)),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="maintenancewindow",
            index=models.Index(fields=["-begins_at", "-id"], name="status_window_by_start"),
        ),
        migrations.AddIndex(
            model_name="maintenancewindow",
            index=models.Index(fields=["ends_at"], name="status_window_by_end"),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.UniqueConstraint(fields=("id", "for_all"), name="status_window_for_whom"),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.UniqueConstraint(fields=("series", "occurs_at"), name="status_window_made_once"),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="status_window_titled"
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("impact__in", ["operational", "degraded_performance", "partial_outage", "major_outage"])
                ),
                name="status_window_impact",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="status_window_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("cancellation", ""), ("cancelled_at__isnull", True)),
                    models.Q(("cancelled_at__isnull", False), models.Q(("cancellation", ""), _negated=True)),
                    _connector="OR",
                ),
                name="status_window_cancelled_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("published_at__isnull", False),
                    models.Q(
                        ("completed_at__isnull", True), ("started_at__isnull", True), ("verifying_at__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="status_window_told_first",
            ),
        ),
        migrations.AddConstraint(
            model_name="maintenancewindow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("occurs_at__isnull", True), ("series__isnull", True)),
                    models.Q(("occurs_at__isnull", False), ("series__isnull", False)),
                    _connector="OR",
                ),
                name="status_window_of_series",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesaudience",
            constraint=models.UniqueConstraint(fields=("organisation", "series"), name="status_series_audience_once"),
        ),
        migrations.AddConstraint(
            model_name="seriesaudience",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_all", False)), name="status_series_audience_of_listed"
            ),
        ),
        migrations.AddConstraint(
            model_name="seriescomponent",
            constraint=models.UniqueConstraint(fields=("series", "component"), name="status_series_component_once"),
        ),
        migrations.AddConstraint(
            model_name="windowannouncement",
            constraint=models.UniqueConstraint(fields=("window", "revision"), name="status_announced_once"),
        ),
        migrations.AddConstraint(
            model_name="windowannouncement",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_at__gt", models.F("begins_at"))), name="status_announced_ends_later"
            ),
        ),
        migrations.AddConstraint(
            model_name="windowaudience",
            constraint=models.UniqueConstraint(fields=("organisation", "window"), name="status_window_audience_once"),
        ),
        migrations.AddConstraint(
            model_name="windowaudience",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_all", False)), name="status_window_audience_of_listed"
            ),
        ),
        migrations.AddConstraint(
            model_name="windowcomponent",
            constraint=models.UniqueConstraint(fields=("window", "component"), name="status_window_component_once"),
        ),
        migrations.AddConstraint(
            model_name="windownotice",
            constraint=models.UniqueConstraint(fields=("window", "kind", "revision"), name="status_notice_once"),
        ),
        migrations.AddConstraint(
            model_name="windownotice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "published",
                            "moved",
                            "in_48_hours",
                            "in_24_hours",
                            "in_1_hour",
                            "started",
                            "overrun",
                            "completed",
                            "cancelled",
                        ],
                    )
                ),
                name="status_notice_kind",
            ),
        ),
        # A window for everybody has no audience, nor has a series.
        key(
            "status_windowaudience_of_listed",
            "status_windowaudience",
            "window_id, for_all",
            "status_maintenancewindow (id, for_all)",
        ),
        key(
            "status_seriesaudience_of_listed",
            "status_seriesaudience",
            "series_id, for_all",
            "status_maintenanceseries (id, for_all)",
        ),
        tenant_table("status_windowaudience"),
        tenant_table("status_seriesaudience"),
        audience_table(
            "status_maintenancewindow", everybody="for_all", audience="status_windowaudience", column="window_id"
        ),
        audience_table(
            "status_maintenanceseries", everybody="for_all", audience="status_seriesaudience", column="series_id"
        ),
        part_table("status_windowcomponent", of="status_maintenancewindow", column="window_id"),
        part_table("status_windowannouncement", of="status_maintenancewindow", column="window_id"),
        part_table("status_windownotice", of="status_maintenancewindow", column="window_id"),
        part_table("status_seriescomponent", of="status_maintenanceseries", column="series_id"),
        RunSQL(
            sql=[
                ANNOUNCED,
                "CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON status_windowannouncement "
                "FOR EACH ROW EXECUTE FUNCTION status_windowannouncement_is_append_only()",
            ],
            reverse_sql=[
                "DROP TRIGGER append_only ON status_windowannouncement",
                "DROP FUNCTION status_windowannouncement_is_append_only()",
            ],
        ),
        RunSQL(sql=USUAL, reverse_sql="DELETE FROM status_usualwindow"),
    ]

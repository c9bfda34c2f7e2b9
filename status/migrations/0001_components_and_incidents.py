import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models
from django.db.migrations import RunSQL

from helpdesk.lib.migrations import append_only, audience_table, part_table, tenant_table


def key(name: str, table: str, columns: str, target: str) -> RunSQL:
    """A key of two columns: what is said of a row is said of the very same one."""
    return RunSQL(
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} "
        "DEFERRABLE INITIALLY DEFERRED",
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Components, and incidents with their audience. All tables are new: nothing that runs waits for them."""

    initial = True

    dependencies = [
        ("accounts", "0008_verified_domains"),
    ]

    operations = [
        migrations.CreateModel(
            name="ComponentGroup",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60)),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Groups with a lower one stand first."),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("name"), name="status_group_named_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="status_group_named"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Component",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("name", models.CharField(max_length=60)),
                ("description", models.CharField(blank=True, max_length=200)),
                ("is_core", models.BooleanField(default=True)),
                ("beta_since", models.DateTimeField(null=True)),
                (
                    "position",
                    models.PositiveSmallIntegerField(default=0, help_text="Components with a lower one stand first."),
                ),
                (
                    "started_on",
                    models.DateField(help_text="Since when it is told of: before that day it has no state."),
                ),
                ("retired_at", models.DateTimeField(null=True)),
                ("updated_at", models.DateTimeField()),
                (
                    "group",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="status.componentgroup",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Incident",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("title", models.CharField(max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[("incident", "Incident"), ("known_issue", "Known issue")],
                        default="incident",
                        max_length=12,
                    ),
                ),
                (
                    "for_all",
                    models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone."),
                ),
                ("in_app", models.BooleanField(default=True, help_text="Whether a banner tells of it while it lasts.")),
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
                        default="investigating",
                        max_length=13,
                    ),
                ),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("degraded_performance", "Degraded performance"),
                            ("partial_outage", "Partial outage"),
                            ("major_outage", "Major outage"),
                        ],
                        default="operational",
                        max_length=20,
                    ),
                ),
                (
                    "worst_level",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("degraded_performance", "Degraded performance"),
                            ("partial_outage", "Partial outage"),
                            ("major_outage", "Major outage"),
                        ],
                        default="operational",
                        max_length=20,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("monitoring_at", models.DateTimeField(null=True)),
                ("resolved_at", models.DateTimeField(null=True)),
                ("published_at", models.DateTimeField(null=True)),
                ("retracted_at", models.DateTimeField(null=True)),
                ("retraction", models.CharField(blank=True, help_text="Why it was taken back.", max_length=500)),
                ("next_update_at", models.DateTimeField(help_text="When the next update is promised for.", null=True)),
                (
                    "overdue_told_at",
                    models.DateTimeField(help_text="The promise whose lateness its owner was told of.", null=True),
                ),
                ("created_at", models.DateTimeField()),
                ("updated_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        help_text="Who wrote of it last.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "for_all",
                    models.BooleanField(
                        db_default=False, default=False, help_text="Repeated: its incident is not for all."
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="audience", to="status.incident"
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
            ],
        ),
        migrations.CreateModel(
            name="IncidentUpdate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("body", models.TextField()),
                ("display_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("next_update_at", models.DateTimeField(help_text="When it promises the next one for.", null=True)),
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
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="updates",
                        to="status.incident",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="IncidentImpact",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "level",
                    models.CharField(
                        choices=[
                            ("operational", "Operational"),
                            ("degraded_performance", "Degraded performance"),
                            ("partial_outage", "Partial outage"),
                            ("major_outage", "Major outage"),
                        ],
                        max_length=20,
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "component",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="impacts", to="status.component"
                    ),
                ),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="impacts",
                        to="status.incident",
                    ),
                ),
                (
                    "update",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="impacts", to="status.incidentupdate"
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("name"),
                condition=models.Q(("retired_at__isnull", True)),
                name="status_component_named_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.CheckConstraint(
                condition=models.Q(("name", ""), _negated=True), name="status_component_named"
            ),
        ),
        migrations.AddConstraint(
            model_name="component",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_core", False), ("beta_since__isnull", True), _connector="OR"),
                name="status_core_is_no_beta",
            ),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(fields=["-started_at", "-id"], name="status_incident_by_start"),
        ),
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("next_update_at__isnull", False)),
                fields=["next_update_at"],
                name="status_incident_promised",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.UniqueConstraint(fields=("id", "for_all"), name="status_incident_for_whom"),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True), name="status_incident_titled"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["incident", "known_issue"])), name="status_incident_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(("phase__in", ["investigating", "identified", "monitoring", "resolved"])),
                name="status_incident_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["operational", "degraded_performance", "partial_outage", "major_outage"]),
                    ("worst_level__in", ["operational", "degraded_performance", "partial_outage", "major_outage"]),
                ),
                name="status_incident_levels",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("phase", "resolved"), ("resolved_at__isnull", False)),
                    models.Q(models.Q(("phase", "resolved"), _negated=True), ("resolved_at__isnull", True)),
                    _connector="OR",
                ),
                name="status_incident_resolved_then",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("retracted_at__isnull", True), ("retraction", "")),
                    models.Q(("retracted_at__isnull", False), models.Q(("retraction", ""), _negated=True)),
                    _connector="OR",
                ),
                name="status_incident_retracted_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="incident",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("resolved_at__isnull", True), ("retracted_at__isnull", True)),
                    ("next_update_at__isnull", True),
                    _connector="OR",
                ),
                name="status_incident_promises_while_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentaudience",
            constraint=models.UniqueConstraint(fields=("organisation", "incident"), name="status_audience_once"),
        ),
        migrations.AddConstraint(
            model_name="incidentaudience",
            constraint=models.CheckConstraint(condition=models.Q(("for_all", False)), name="status_audience_of_listed"),
        ),
        migrations.AddIndex(
            model_name="incidentupdate",
            index=models.Index(fields=["incident", "-display_at", "-id"], name="status_updates_of"),
        ),
        migrations.AddConstraint(
            model_name="incidentupdate",
            constraint=models.UniqueConstraint(fields=("id", "incident"), name="status_update_of_what"),
        ),
        migrations.AddConstraint(
            model_name="incidentupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(("body", ""), _negated=True), name="status_update_says_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("phase__in", ["investigating", "identified", "monitoring", "resolved", "postmortem"])
                ),
                name="status_update_phase",
            ),
        ),
        migrations.AddConstraint(
            model_name="incidentupdate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("next_update_at__isnull", True), ("next_update_at__gt", models.F("display_at")), _connector="OR"
                ),
                name="status_update_promises_ahead",
            ),
        ),
        migrations.AddIndex(
            model_name="incidentimpact",
            index=models.Index(fields=["incident", "component", "begins_at", "id"], name="status_impacts_of"),
        ),
        migrations.AddConstraint(
            model_name="incidentimpact",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("level__in", ["operational", "degraded_performance", "partial_outage", "major_outage"])
                ),
                name="status_impact_level",
            ),
        ),
        # An incident for everybody has no audience; an impact's update is one of its own incident.
        key(
            "status_audience_of_listed_incident",
            "status_incidentaudience",
            "incident_id, for_all",
            "status_incident (id, for_all)",
        ),
        key(
            "status_impact_of_own_update",
            "status_incidentimpact",
            "update_id, incident_id",
            "status_incidentupdate (id, incident_id)",
        ),
        tenant_table("status_incidentaudience"),
        audience_table(
            "status_incident", everybody="for_all", audience="status_incidentaudience", column="incident_id"
        ),
        part_table("status_incidentupdate", of="status_incident", column="incident_id"),
        part_table("status_incidentimpact", of="status_incident", column="incident_id"),
        append_only("status_incidentupdate"),
        append_only("status_incidentimpact"),
    ]

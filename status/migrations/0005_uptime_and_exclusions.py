import uuid

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations import RunSQL

from helpdesk.lib.migrations import append_only, audience_table, part_table, shared_table, tenant_table, vendor_table


def key(name: str, table: str, columns: str, target: str) -> RunSQL:
    """A key of two columns: what is said of a row is said of the very same one."""
    return RunSQL(
        sql=f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {target} "
        "DEFERRABLE INITIALLY DEFERRED",
        reverse_sql=f"ALTER TABLE {table} DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """What was agreed of uptime, exclusions and frozen months. All tables are new: nothing that runs waits for them."""

    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("status", "0004_probes_and_surges"),
    ]

    operations = [
        migrations.CreateModel(
            name="BudgetAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(max_length=7)),
                ("only_for", models.BigIntegerField(default=0, help_text="The organisation's key; 0: everybody.")),
                ("step", models.PositiveSmallIntegerField(help_text="Per cent of the budget.")),
                ("told_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "only_for", "step"), name="status_alert_once"),
                    models.CheckConstraint(condition=models.Q(("step__in", (50, 80, 100))), name="status_alert_step"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Exclusion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "reason",
                    models.CharField(
                        choices=[
                            ("force_majeure", "Force majeure"),
                            ("customer_caused", "Caused by the client"),
                            ("customer_network", "The client’s own network"),
                            ("customer_requested", "Asked for by the client"),
                            ("suspension", "Suspension"),
                            ("third_party_customer_integration", "The client’s own integration"),
                            ("beta_feature", "Beta feature"),
                            ("third_party_provider", "A provider of ours"),
                            ("emergency_maintenance", "Emergency maintenance"),
                            ("denial_of_service", "Denial of service"),
                        ],
                        max_length=40,
                    ),
                ),
                ("begins_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                (
                    "for_all",
                    models.BooleanField(
                        help_text="Whether it is set against everybody's figure; otherwise its audience's."
                    ),
                ),
                ("evidence", models.CharField(help_text="What proves it: words, or an address.", max_length=1000)),
                ("proposer_name", models.CharField(max_length=120)),
                ("proposed_at", models.DateTimeField()),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExclusionAudience",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "for_all",
                    models.BooleanField(db_default=False, default=False, help_text="Repeated: it is not for all."),
                ),
                (
                    "exclusion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="audience", to="status.exclusion"
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
            name="ExclusionComponent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "component",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="status.component",
                    ),
                ),
                (
                    "exclusion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="components",
                        to="status.exclusion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ExclusionDecision",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "verdict",
                    models.CharField(choices=[("approved", "Approved"), ("declined", "Declined")], max_length=8),
                ),
                ("why", models.CharField(blank=True, max_length=500)),
                ("decider_name", models.CharField(max_length=120)),
                ("decided_at", models.DateTimeField()),
                (
                    "decided_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "exclusion",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="status.exclusion",
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="UptimeMonth",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("month", models.CharField(help_text="As 2026-10, in the zone of the page.", max_length=7)),
                ("only_for", models.BigIntegerField(default=0, help_text="The organisation's key; 0: everybody.")),
                ("revision", models.PositiveIntegerField()),
                ("reason", models.CharField(max_length=500)),
                ("figures", models.JSONField(help_text="Minutes as exact fractions.")),
                ("document", models.JSONField()),
                ("previous_hash", models.CharField(blank=True, max_length=64)),
                ("content_hash", models.CharField(max_length=64)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("month", "only_for", "revision"), name="status_month_revised_once"),
                    models.CheckConstraint(condition=models.Q(("only_for__gte", 0)), name="status_month_of_somebody"),
                    models.CheckConstraint(
                        condition=models.Q(("month__regex", "^[0-9]{4}-(0[1-9]|1[0-2])$")), name="status_month_is_one"
                    ),
                    models.CheckConstraint(condition=models.Q(("revision__gte", 1)), name="status_month_revision"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("previous_hash", ""), ("revision", 1)),
                            models.Q(("revision__gt", 1), models.Q(("previous_hash", ""), _negated=True)),
                            _connector="OR",
                        ),
                        name="status_month_chained",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="status_month_reasoned"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="UptimeTerms",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("only_for", models.BigIntegerField(default=0, help_text="The organisation's key; 0: everybody.")),
                ("number", models.PositiveIntegerField()),
                ("effective_from", models.DateField(help_text="The first day of the month that it holds from.")),
                ("target_percent", models.DecimalField(decimal_places=3, max_digits=6, null=True)),
                ("partial_weight", models.DecimalField(decimal_places=3, default=1, max_digits=4)),
                ("notice_hours", models.PositiveSmallIntegerField(null=True)),
                ("reasons", models.JSONField(help_text="The reasons of the closed list that are switched on.")),
                ("only_in_usual_windows", models.BooleanField(default=False)),
                ("maintenance_cap_minutes", models.PositiveIntegerField(help_text="A month; NULL: no cap.", null=True)),
                ("emergency_cap_minutes", models.PositiveIntegerField(default=60, help_text="A month.")),
                ("min_outage_minutes", models.PositiveSmallIntegerField(default=0)),
                ("reason", models.CharField(max_length=500)),
                ("author_name", models.CharField(max_length=120)),
                ("recorded_at", models.DateTimeField()),
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
            ],
        ),
        migrations.AddIndex(
            model_name="exclusion",
            index=models.Index(fields=["ends_at", "begins_at"], name="status_exclusion_by_time"),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.UniqueConstraint(fields=("id", "for_all"), name="status_exclusion_for_whom"),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.UniqueConstraint(fields=("id", "proposed_by"), name="status_exclusion_by_whom"),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "reason__in",
                        [
                            "force_majeure",
                            "customer_caused",
                            "customer_network",
                            "customer_requested",
                            "suspension",
                            "third_party_customer_integration",
                            "beta_feature",
                            "third_party_provider",
                            "emergency_maintenance",
                            "denial_of_service",
                        ],
                    )
                ),
                name="status_exclusion_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(("evidence", ""), _negated=True), name="status_exclusion_has_evidence"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusion",
            constraint=models.CheckConstraint(
                condition=models.Q(("begins_at__lt", models.F("ends_at"))), name="status_exclusion_begins_first"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusionaudience",
            constraint=models.UniqueConstraint(
                fields=("organisation", "exclusion"), name="status_exclusion_audience_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusionaudience",
            constraint=models.CheckConstraint(
                condition=models.Q(("for_all", False)), name="status_exclusion_audience_listed"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusioncomponent",
            constraint=models.UniqueConstraint(
                fields=("exclusion", "component"), name="status_exclusion_component_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusiondecision",
            constraint=models.UniqueConstraint(fields=("exclusion", "verdict"), name="status_exclusion_decided_once"),
        ),
        migrations.AddConstraint(
            model_name="exclusiondecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "declined"),
                    models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                    _connector="OR",
                ),
                name="status_exclusion_second_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="exclusiondecision",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("verdict", "approved"),
                    models.Q(("verdict", "declined"), models.Q(("why", ""), _negated=True)),
                    _connector="OR",
                ),
                name="status_exclusion_declined_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.UniqueConstraint(fields=("only_for", "number"), name="status_terms_once"),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("only_for__gte", 0)), name="status_terms_for_somebody"
            ),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("effective_from__day", 1)), name="status_terms_from_a_month"
            ),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target_percent__isnull", True),
                    models.Q(("target_percent__gt", 0), ("target_percent__lte", 100)),
                    _connector="OR",
                ),
                name="status_terms_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("partial_weight__gte", 0), ("partial_weight__lte", 1)), name="status_terms_weight"
            ),
        ),
        migrations.AddConstraint(
            model_name="uptimeterms",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="status_terms_reasoned"
            ),
        ),
        # An exclusion for everybody has no audience; a decision repeats who proposed what it decides of.
        key(
            "status_audience_of_listed_exclusion",
            "status_exclusionaudience",
            "exclusion_id, for_all",
            "status_exclusion (id, for_all)",
        ),
        key(
            "status_decision_names_proposer",
            "status_exclusiondecision",
            "exclusion_id, proposed_by_id",
            "status_exclusion (id, proposed_by_id)",
        ),
        tenant_table("status_exclusionaudience"),
        audience_table(
            "status_exclusion", everybody="for_all", audience="status_exclusionaudience", column="exclusion_id"
        ),
        part_table("status_exclusioncomponent", of="status_exclusion", column="exclusion_id"),
        part_table("status_exclusiondecision", of="status_exclusion", column="exclusion_id"),
        shared_table("status_uptimeterms", column="only_for"),
        shared_table("status_uptimemonth", column="only_for"),
        vendor_table("status_budgetalert"),
        append_only("status_exclusion"),
        append_only("status_exclusioncomponent"),
        append_only("status_exclusiondecision"),
        append_only("status_uptimeterms"),
        append_only("status_uptimemonth"),
    ]

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

from helpdesk.lib.migrations import append_only, tenant_table


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_organisations_and_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="Calendar",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=80)),
                ("time_zone", models.CharField(max_length=64)),
                (
                    "closes_on",
                    models.CharField(
                        choices=[
                            ("statutory", "Mercantile holidays and Poya days"),
                            ("public", "Every public holiday"),
                        ],
                        default="statutory",
                        max_length=10,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatrixVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(unique=True)),
                ("effective_from", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                (
                    "reminder_minutes",
                    models.PositiveIntegerField(default=270, help_text="Support minutes to acknowledge in."),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Policy",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(unique=True)),
                ("name", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="CalendarVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                (
                    "known_from",
                    models.DateTimeField(help_text="The instant of the edit: running clocks move from here on."),
                ),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                ("spec", models.JSONField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="sla.calendar"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="calendar",
            name="current_version",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendarversion"
            ),
        ),
        migrations.CreateModel(
            name="CalendarWeek",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("effective_from", models.DateField()),
                ("hours", models.JSONField(help_text='{"mon": [["08:00", "17:00"]], …}, wall times; 24:00 is legal.')),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="weeks", to="sla.calendar"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalendarYear",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("year", models.PositiveSmallIntegerField()),
                ("confirmed", models.BooleanField(default=False)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="years", to="sla.calendar"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Holiday",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("name", models.CharField(max_length=120)),
                ("categories", models.JSONField(default=list, help_text="public, bank, mercantile, poya, government")),
                ("source", models.CharField(help_text="The gazette or circular; shown to admins.", max_length=300)),
                ("closes_statutory", models.BooleanField()),
                ("closes_public", models.BooleanField()),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holidays", to="sla.calendar"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatrixRule",
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
                (
                    "recipients",
                    models.JSONField(
                        help_text="client, assignee_or_level1, assignee, level1, level2, level3, next, same"
                    ),
                ),
                ("level_after", models.PositiveSmallIntegerField(null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="rules", to="sla.matrixversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MatrixLevel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=40)),
                ("contact", models.CharField(help_text="As published: {your account manager}@…", max_length=120)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("team", "A team"),
                            ("account_manager", "The client's own account manager"),
                            ("address", "An address"),
                        ],
                        max_length=20,
                    ),
                ),
                ("team_key", models.SlugField(blank=True)),
                ("address", models.EmailField(blank=True, max_length=254)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="levels", to="sla.matrixversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Agreement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                    "calendar",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar"),
                ),
                (
                    "policy",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.policy"),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PolicyVersion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("effective_from", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("reason", models.CharField(max_length=300)),
                ("working_day_minutes", models.PositiveIntegerField(default=540)),
                (
                    "reading",
                    models.CharField(
                        choices=[
                            ("elapsed", "N working days of support time have run"),
                            ("end_of_nth_day", "The close of the Nth working day after the day of receipt"),
                        ],
                        default="elapsed",
                        max_length=20,
                    ),
                ),
                ("warn_percent", models.PositiveSmallIntegerField(default=75)),
                (
                    "reopen_minutes",
                    models.PositiveIntegerField(default=2700, help_text="Support minutes after resolving."),
                ),
                ("users_part", models.JSONField(default=list, help_text="What users should do for effective support.")),
                ("not_covered", models.JSONField(default=list, help_text="What standard support does not cover.")),
                (
                    "policy",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="versions", to="sla.policy"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("name", models.CharField(max_length=40)),
                ("definition", models.CharField(max_length=200)),
                ("response_text", models.CharField(max_length=60)),
                ("resolution_text", models.CharField(max_length=60)),
                ("response_minutes", models.PositiveIntegerField(null=True)),
                ("target_minutes", models.PositiveIntegerField(help_text="Missed: amber.", null=True)),
                ("limit_minutes", models.PositiveIntegerField(help_text="Passed: breach.", null=True)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="targets", to="sla.policyversion"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CalendarException",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("date", models.DateField()),
                ("hours", models.JSONField(help_text='[["08:00", "12:30"]]; an empty list closes the date.')),
                ("note", models.CharField(max_length=200)),
                (
                    "calendar",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="exceptions", to="sla.calendar"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("calendar", "date"), name="sla_exception_once_a_date")],
            },
        ),
        migrations.AddConstraint(
            model_name="calendarversion",
            constraint=models.UniqueConstraint(fields=("calendar", "number"), name="sla_calendar_version_once"),
        ),
        migrations.AddConstraint(
            model_name="calendarweek",
            constraint=models.UniqueConstraint(fields=("calendar", "effective_from"), name="sla_week_once_a_date"),
        ),
        migrations.AddConstraint(
            model_name="calendaryear",
            constraint=models.UniqueConstraint(fields=("calendar", "year"), name="sla_calendar_year_once"),
        ),
        migrations.AddConstraint(
            model_name="holiday",
            constraint=models.UniqueConstraint(fields=("calendar", "date"), name="sla_holiday_once_a_date"),
        ),
        migrations.AddConstraint(
            model_name="matrixrule",
            constraint=models.UniqueConstraint(fields=("version", "event"), name="sla_matrix_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="matrixlevel",
            constraint=models.UniqueConstraint(fields=("version", "level"), name="sla_matrix_level_once"),
        ),
        migrations.AddConstraint(
            model_name="agreement",
            constraint=models.UniqueConstraint(fields=("organisation",), name="sla_agreement_once"),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.UniqueConstraint(fields=("policy", "number"), name="sla_policy_version_once"),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("warn_percent__gte", 1), ("warn_percent__lte", 99)), name="sla_policy_warn_percent"
            ),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("working_day_minutes__gt", 0)), name="sla_policy_working_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.UniqueConstraint(fields=("version", "severity"), name="sla_target_once_a_severity"),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(("severity__in", ["P1", "P2", "P3", "P4"])), name="sla_target_severity"
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("target_minutes__isnull", True),
                    ("limit_minutes__isnull", True),
                    ("target_minutes__lte", models.F("limit_minutes")),
                    _connector="OR",
                ),
                name="sla_target_not_after_limit",
            ),
        ),
        tenant_table("sla_agreement"),
        append_only("sla_calendarversion"),
        append_only("sla_policyversion"),
        append_only("sla_target"),
        append_only("sla_matrixversion"),
        append_only("sla_matrixlevel"),
        append_only("sla_matrixrule"),
    ]

import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_organisations_and_people"),
        ("sla", "0001_calendars_policies_matrix"),
        ("tickets", "0001_tickets"),
    ]

    operations = [
        migrations.CreateModel(
            name="Clock",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("response", "First response"),
                            ("target", "Resolution target"),
                            ("limit", "Resolution limit"),
                        ],
                        max_length=10,
                    ),
                ),
                ("cycle", models.PositiveSmallIntegerField(default=1)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("paused", "Paused"),
                            ("stopped", "Stopped"),
                            ("none", "None"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[("pending", "Pending"), ("met", "Met"), ("breached", "Breached"), ("void", "Void")],
                        max_length=10,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                (
                    "due_at",
                    models.DateTimeField(help_text="NULL while paused, stopped, or without a promise.", null=True),
                ),
                (
                    "promised_at",
                    models.DateTimeField(help_text="The last due instant, kept when the clock stops.", null=True),
                ),
                ("warn_at", models.DateTimeField(null=True)),
                ("warned_at", models.DateTimeField(null=True)),
                ("paused_at", models.DateTimeField(null=True)),
                ("stopped_at", models.DateTimeField(null=True)),
                (
                    "breached_at",
                    models.DateTimeField(help_text="The due instant that passed, not when it was noticed.", null=True),
                ),
                (
                    "next_event_at",
                    models.DateTimeField(help_text="When the sweep has something to do here.", null=True),
                ),
                ("used", models.DurationField(help_text="Support time used at folded_at.")),
                ("budget", models.DurationField(null=True)),
                ("provisional", models.BooleanField(default=False)),
                ("folded_at", models.DateTimeField()),
                (
                    "calendar",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="sla.calendar"
                    ),
                ),
                (
                    "calendar_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.calendarversion",
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
                    "policy_version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="sla.policyversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="clock",
            name="ticket",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="clocks",
                to="tickets.ticket",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("next_event_at__isnull", False)),
                fields=["next_event_at", "id"],
                include=("organisation",),
                name="sla_clock_sweep",
            ),
        ),
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("state__in", ("running", "paused"))),
                fields=["calendar", "calendar_version"],
                name="sla_clock_by_calendar",
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.UniqueConstraint(
                fields=("ticket", "organisation", "kind", "cycle"), name="sla_clock_once_a_cycle"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["response", "target", "limit"])), name="sla_clock_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["running", "paused", "stopped", "none"])), name="sla_clock_state"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(("verdict__in", ["pending", "met", "breached", "void"])), name="sla_clock_verdict"
            ),
        ),
        migrations.AddConstraint(
            model_name="clock",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("verdict", "breached"), _negated=True), ("breached_at__isnull", False), _connector="OR"
                ),
                name="sla_clock_breach_has_its_instant",
            ),
        ),
        tenant_table("sla_clock"),
        composite_key("sla_clock", "ticket_id", "tickets_ticket"),
    ]

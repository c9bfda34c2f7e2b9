"""What the nightly replay of clocks has compared, and what it found."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table, vendor_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("tickets", "0075_mail_bytes_as_they_are"),
    ]

    operations = [
        migrations.CreateModel(
            name="ReplayRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("begun_at", models.DateTimeField()),
                ("asked_by", models.CharField(blank=True, help_text="Empty: by itself.", max_length=120)),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "open_after",
                    models.BigIntegerField(default=0, help_text="Of the queue, those up to this ticket are done."),
                ),
                (
                    "sample",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.BigIntegerField(),
                        default=list,
                        help_text="Closed tickets, drawn at its start.",
                        size=None,
                    ),
                ),
                (
                    "sampled",
                    models.PositiveIntegerField(default=0, help_text="How many of the sample have had their turn."),
                ),
                (
                    "tickets",
                    models.PositiveIntegerField(default=0, help_text="How many of the queue have had their turn."),
                ),
                ("clocks", models.PositiveIntegerField(default=0, help_text="How many clocks were compared.")),
                (
                    "waiting",
                    models.PositiveIntegerField(default=0, help_text="Clocks left out: a sweep or refolding is due."),
                ),
                (
                    "differing",
                    models.PositiveIntegerField(default=0, help_text="How many figures differ, listed or not."),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("ended_at",),
                        name="tickets_one_replay_at_a_time",
                        nulls_distinct=False,
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ClockDifference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        blank=True, help_text="Which clock; empty: the ticket could not be folded.", max_length=10
                    ),
                ),
                ("field", models.CharField(max_length=20)),
                ("stored", models.CharField(blank=True, max_length=200)),
                ("folded", models.CharField(blank=True, max_length=200)),
                (
                    "is_new",
                    models.BooleanField(default=True, help_text="The replay before did not find the very same."),
                ),
                ("found_at", models.DateTimeField()),
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
                    "run",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.replayrun",
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
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("run", "ticket", "organisation", "kind", "field"), name="tickets_difference_once_a_run"
                    )
                ],
            },
        ),
        vendor_table("tickets_replayrun"),
        tenant_table("tickets_clockdifference"),
        composite_key("tickets_clockdifference", "ticket_id", "tickets_ticket"),
    ]

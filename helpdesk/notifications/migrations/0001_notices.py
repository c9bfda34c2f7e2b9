import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models

import helpdesk.notifications.models
from helpdesk.lib.migrations import tenant_table, vendor_table


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0001_organisations_and_people"),
    ]

    operations = [
        migrations.CreateModel(
            name="AccountNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.EmailField(max_length=254)),
                ("recipient_name", models.CharField(blank=True, max_length=120)),
                ("event", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("dead", "Failed, given up"),
                            ("suppressed", "Not sent: address suppressed"),
                            ("archived", "History, never sent"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "next_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="Not sent before this instant."
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("message_id", models.CharField(default=helpdesk.notifications.models.new_message_id, max_length=120)),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")),
                        fields=["next_at", "id"],
                        name="notifications_account_queued",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnAddress",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254)),
                ("team_key", models.SlugField(help_text="The team whose members get what is meant for this address.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("address"), name="notifications_own_address_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Suppression",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("address", models.EmailField(max_length=254)),
                ("reason", models.CharField(max_length=200)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("address"), name="notifications_suppressed_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Notice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.EmailField(max_length=254)),
                ("recipient_name", models.CharField(blank=True, max_length=120)),
                ("event", models.CharField(max_length=40)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("queued", "Queued"),
                            ("sent", "Sent"),
                            ("dead", "Failed, given up"),
                            ("suppressed", "Not sent: address suppressed"),
                            ("archived", "History, never sent"),
                        ],
                        default="queued",
                        max_length=12,
                    ),
                ),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "next_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), help_text="Not sent before this instant."
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("message_id", models.CharField(default=helpdesk.notifications.models.new_message_id, max_length=120)),
                ("sent_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
                ("key", models.CharField(max_length=240)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                (
                    "role",
                    models.CharField(
                        blank=True, help_text="Why this person: 'Account manager of ACME'.", max_length=80
                    ),
                ),
                ("reason", models.TextField(blank=True, help_text="The rule that caused it, in words.")),
                ("reference", models.CharField(help_text="What it is about: ACME-142.", max_length=40)),
                ("path", models.CharField(help_text="Where to look, below the site's address.", max_length=200)),
                ("template", models.CharField(max_length=40)),
                (
                    "facts",
                    models.JSONField(
                        default=dict, help_text="The ticket's facts at that moment; instants are ISO, UTC."
                    ),
                ),
                (
                    "zone",
                    models.CharField(default="Asia/Colombo", help_text="The recipient's time zone.", max_length=64),
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
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "queued")), fields=["next_at", "id"], name="notifications_queued"
                    ),
                    models.Index(fields=["organisation", "reference"], name="notifications_by_ticket"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "key"), name="notifications_notice_once")
                ],
            },
        ),
        tenant_table("notifications_notice"),
        vendor_table("notifications_accountnotice"),
    ]

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.db import migrations, models
from django.db.migrations import RunSQL

from helpdesk.lib.migrations import vendor_table


def for_everybody(name: str, column: str, target: str) -> RunSQL:
    """A key of two columns: what is told of is for everybody, or the row is refused."""
    return RunSQL(
        sql=f"ALTER TABLE status_publicnotice ADD CONSTRAINT {name} FOREIGN KEY ({column}, for_all) "
        f"REFERENCES {target} (id, for_all) DEFERRABLE INITIALLY DEFERRED",
        reverse_sql=f"ALTER TABLE status_publicnotice DROP CONSTRAINT {name}",
    )


class Migration(migrations.Migration):
    """Subscribers of the public page, and what is told them. All tables are new: nothing that runs waits."""

    dependencies = [
        ("status", "0006_runs_are_told"),
    ]

    operations = [
        migrations.CreateModel(
            name="Subscriber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("address", models.EmailField(max_length=254)),
                (
                    "is_whole",
                    models.BooleanField(default=True, help_text="Whether all components are theirs, later ones too."),
                ),
                ("created_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SubscriberComponent",
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
                    "subscriber",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="chosen",
                        to="status.subscriber",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="subscriber",
            name="components",
            field=models.ManyToManyField(related_name="+", through="status.SubscriberComponent", to="status.component"),
        ),
        migrations.CreateModel(
            name="PublicNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(help_text="What is told: told once.", max_length=60, unique=True)),
                ("subject", models.CharField(max_length=200)),
                ("text", models.TextField()),
                (
                    "for_all",
                    models.BooleanField(
                        db_default=True, default=True, help_text="Repeated: what it tells of is for all."
                    ),
                ),
                ("component_ids", models.JSONField(default=list, help_text="Whom it concerns; none: everybody.")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                (
                    "written_upto",
                    models.BigIntegerField(default=0, help_text="The last subscriber whose mail is written."),
                ),
                ("written", models.PositiveIntegerField(default=0, help_text="How many mails.")),
                ("done_at", models.DateTimeField(null=True)),
                (
                    "incident",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="status.incident",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("done_at__isnull", True)), fields=["id"], name="status_notice_to_write"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("for_all", True)), name="status_notice_for_all"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("key", ""), _negated=True),
                            models.Q(("subject", ""), _negated=True),
                            models.Q(("text", ""), _negated=True),
                        ),
                        name="status_notice_filled",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="subscribercomponent",
            constraint=models.UniqueConstraint(fields=("subscriber", "component"), name="status_chosen_once"),
        ),
        migrations.AddIndex(
            model_name="subscriber",
            index=models.Index(
                condition=models.Q(("confirmed_at__isnull", True)), fields=["created_at"], name="status_unconfirmed"
            ),
        ),
        migrations.AddConstraint(
            model_name="subscriber",
            constraint=models.UniqueConstraint(
                django.db.models.functions.text.Lower("address"), name="status_subscriber_once"
            ),
        ),
        for_everybody("status_notice_of_public_incident", "incident_id", "status_incident"),
        for_everybody("status_notice_of_public_window", "window_id", "status_maintenancewindow"),
        vendor_table("status_subscriber"),
        vendor_table("status_subscribercomponent"),
        vendor_table("status_publicnotice"),
    ]

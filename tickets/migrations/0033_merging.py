import django.db.models.deletion
from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key


class Migration(migrations.Migration):
    """A ticket may be merged into another; one more kind of entry. The rule is not checked against the rows here, which would lock a big table for long."""

    dependencies = [("tickets", "0032_labels")]

    operations = [
        migrations.RemoveConstraint(model_name="timelineentry", name="tickets_entry_kind"),
        migrations.AlterField(
            model_name="timelineentry",
            name="kind",
            field=models.CharField(
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
                    ("rated", "Rated"),
                    ("handed", "Handed on"),
                    ("merged", "Merged"),
                ],
                max_length=20,
            ),
        ),
        AddConstraintNotValid(
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
                            "rated",
                            "handed",
                            "merged",
                        ],
                    )
                ),
                name="tickets_entry_kind",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
        AddConstraintNotValid(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("state", "closed"), models.Q(("merged_into", models.F("id")), _negated=True)),
                    _connector="OR",
                ),
                name="tickets_merged_is_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", False)), fields=["merged_into"], name="tickets_merged"
            ),
        ),
        composite_key("tickets_ticket", "merged_into_id", "tickets_ticket"),
    ]

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """One more kind of entry. The rule is not checked against the rows here, which would lock a big table for long."""

    dependencies = [("tickets", "0076_replays")]

    operations = [
        migrations.RemoveConstraint(
            model_name="timelineentry",
            name="tickets_entry_kind",
        ),
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
                    ("fields", "Fields changed"),
                    ("policy", "Policy changed"),
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
                            "fields",
                            "policy",
                        ],
                    )
                ),
                name="tickets_entry_kind",
            ),
        ),
    ]

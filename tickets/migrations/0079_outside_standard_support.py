from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """Two more kinds of entry, and the reason on the ticket. The rule is not checked against the rows here, which would lock a big table for long."""

    dependencies = [("tickets", "0078_entry_kind_policy_checked")]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="outside_reason",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Why it is outside standard support, if it is.",
                max_length=300,
            ),
        ),
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
                    ("outside", "Outside standard support"),
                    ("covered", "Within standard support"),
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
                            "outside",
                            "covered",
                        ],
                    )
                ),
                name="tickets_entry_kind",
            ),
        ),
    ]

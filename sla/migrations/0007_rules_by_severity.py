"""A rule of the matrix may be a severity's own, with quiet hours and a repeat of its own; existing rows stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0006_published_statements"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="matrixrule",
            name="sla_matrix_rule_once",
        ),
        migrations.AddField(
            model_name="matrixrule",
            name="quiet_hours",
            field=models.CharField(
                choices=[
                    ("policy", "As the policy says: outside support hours, but never for P1"),
                    ("never", "None: they go at once, day and night"),
                    ("closed", "Outside support hours, for P1 too"),
                ],
                db_default="policy",
                default="policy",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="matrixrule",
            name="repeat_minutes",
            field=models.PositiveIntegerField(
                help_text="Support minutes to acknowledge in; null: the version's.", null=True
            ),
        ),
        migrations.AddField(
            model_name="matrixrule",
            name="severity",
            field=models.CharField(
                blank=True,
                choices=[("P1", "P1 Critical"), ("P2", "P2 Major"), ("P3", "P3 Minor"), ("P4", "P4 Informative")],
                db_default="",
                default="",
                max_length=2,
            ),
        ),
        migrations.AlterField(
            model_name="matrixrule",
            name="event",
            field=models.CharField(
                choices=[
                    ("submitted", "Submitted"),
                    ("warning", "Most of the budget is used"),
                    ("response_overdue", "First response overdue"),
                    ("target_missed", "Resolution target missed"),
                    ("limit_passed", "Resolution limit passed"),
                    ("asked", "Escalated by hand"),
                    ("unacknowledged", "Not acknowledged"),
                    ("reopened_twice", "Reopened twice"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="matrixrule",
            name="recipients",
            field=models.JSONField(
                help_text="client, assignee_or_level1, assignee, level1 …, next, same, team:KEY, role:ROLE, address:ADDRESS"
            ),
        ),
        migrations.AddConstraint(
            model_name="matrixrule",
            constraint=models.UniqueConstraint(
                fields=("version", "event", "severity"), name="sla_matrix_rule_once_a_severity"
            ),
        ),
    ]

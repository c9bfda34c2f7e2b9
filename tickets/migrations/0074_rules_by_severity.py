"""A rung may have been climbed because a ticket was reopened twice; a choice, no change of the table."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0073_provider_posts"),
    ]

    operations = [
        migrations.AlterField(
            model_name="escalation",
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
    ]

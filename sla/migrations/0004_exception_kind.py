from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0003_breached_by_ticket"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendarexception",
            name="kind",
            field=models.CharField(
                choices=[("half_day", "Half day"), ("swapped", "Swapped day"), ("own_hours", "Other hours")],
                default="own_hours",
                db_default="own_hours",
                max_length=10,
            ),
        ),
        migrations.AddConstraint(
            model_name="calendarexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["half_day", "swapped", "own_hours"])), name="sla_exception_kind"
            ),
        ),
    ]

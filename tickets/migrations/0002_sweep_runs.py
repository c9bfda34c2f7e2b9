from django.db import migrations, models

from helpdesk.lib.migrations import vendor_table


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_tickets")]

    operations = [
        migrations.CreateModel(
            name="SweepRun",
            fields=[
                ("id", models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("ran_at", models.DateTimeField()),
                ("runs", models.BigIntegerField(default=0)),
                ("events", models.BigIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="tickets_one_row_of_sweeps")
                ],
            },
        ),
        vendor_table("tickets_sweeprun"),
    ]

"""A policy version says which clocks waiting for the client pauses; until now it was all of them."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0007_rules_by_severity"),
    ]

    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="waiting_pauses_resolution",
            field=models.BooleanField(
                db_default=True, default=True, help_text="Waiting for the client pauses the resolution clocks."
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="waiting_pauses_response",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Waiting for the client pauses a response that is still owed.",
            ),
        ),
    ]

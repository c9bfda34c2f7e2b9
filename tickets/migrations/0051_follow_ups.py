from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """The way from a ticket to those that follow it. Made while the table goes on being written to."""

    atomic = False
    dependencies = [("tickets", "0050_links")]

    operations = [
        AddIndexConcurrently(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("follows__isnull", False)), fields=["follows"], name="tickets_follow_ups"
            ),
        ),
    ]

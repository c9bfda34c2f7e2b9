from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while the table is read and written."""

    atomic = False

    dependencies = [("notifications", "0005_read_in_the_app")]

    operations = [
        AddIndexConcurrently(
            model_name="notice", index=models.Index(fields=["recipient", "-id"], name="notifications_inbox")
        ),
    ]

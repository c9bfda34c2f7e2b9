from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while tickets are written."""

    atomic = False

    dependencies = [("tickets", "0051_follow_ups")]

    operations = [
        AddIndexConcurrently(
            model_name="searchrow",
            index=models.Index(fields=["organisation", "ticket"], name="tickets_searched_by_client"),
        ),
    ]

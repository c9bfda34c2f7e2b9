import django.contrib.postgres.indexes
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations


class Migration(migrations.Migration):
    """Made while people sign in."""

    atomic = False

    dependencies = [("accounts", "0006_team_assignment")]

    operations = [
        AddIndexConcurrently(
            model_name="user",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["name"], name="accounts_user_by_trigrams", opclasses=("gin_trgm_ops",)
            ),
        ),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while clocks run."""

    atomic = False

    dependencies = [("sla", "0002_clocks")]

    operations = [
        AddIndexConcurrently(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("verdict", "breached")),
                fields=["ticket"],
                include=("organisation",),
                name="sla_clock_breached",
            ),
        ),
    ]

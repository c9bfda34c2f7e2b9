from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Check the rule against the rows that there are, without keeping anybody from writing."""

    dependencies = [("tickets", "0081_levels_up_to_nine")]

    operations = [ValidateConstraint(model_name="ticket", name="tickets_level")]

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Checks the rows that are there; readers and writers go on meanwhile."""

    dependencies = [("tickets", "0077_entry_kind_policy")]

    operations = [ValidateConstraint(model_name="timelineentry", name="tickets_entry_kind")]

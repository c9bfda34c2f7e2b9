from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    """Checks the rows that are there; readers and writers go on meanwhile."""

    dependencies = [("tickets", "0079_outside_standard_support")]

    operations = [ValidateConstraint(model_name="timelineentry", name="tickets_entry_kind")]

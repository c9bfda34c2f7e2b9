from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    """A ticket may stand on every level that a matrix may have. Not checked against the rows here, which would lock a big table."""

    dependencies = [("tickets", "0080_outside_standard_support_checked")]

    operations = [
        migrations.RemoveConstraint(model_name="ticket", name="tickets_level"),
        AddConstraintNotValid(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 9)), name="tickets_level"
            ),
        ),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently, ValidateConstraint
from django.db import migrations, models


class Migration(migrations.Migration):
    """When a channel last brought a mail; and the rows that are there are checked. Made while mail comes in."""

    atomic = False

    dependencies = [("tickets", "0068_polled_mailboxes")]

    operations = [
        AddIndexConcurrently(
            model_name="rawmail",
            index=models.Index(fields=["channel", "-id"], name="tickets_mail_by_channel"),
        ),
        ValidateConstraint(model_name="rawmail", name="tickets_mail_channel"),
    ]

from django.contrib.postgres.operations import AddIndexConcurrently, RemoveIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """Made while mail comes in. The index of the two states that wait is a part of the new one."""

    atomic = False

    dependencies = [("tickets", "0066_proof_of_the_sender")]

    operations = [
        AddIndexConcurrently(
            model_name="rawmail",
            index=models.Index(fields=["state", "outcome", "-id"], name="tickets_mail_by_state"),
        ),
        RemoveIndexConcurrently(model_name="rawmail", name="tickets_mail_triage"),
    ]

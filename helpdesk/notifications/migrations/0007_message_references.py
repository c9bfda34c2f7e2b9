import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_organisations_and_people"),
        ("notifications", "0006_inbox"),
    ]

    operations = [
        migrations.CreateModel(
            name="MessageReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("message_id", models.CharField(help_text="Without its angle brackets.", max_length=500)),
                ("reference", models.CharField(help_text="The ticket: ACME-142.", max_length=40)),
                ("direction", models.CharField(choices=[("in", "Received"), ("out", "Sent")], max_length=3)),
                ("address", models.EmailField(help_text="Whom it was sent to, or who sent it.", max_length=254)),
                ("at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["organisation", "reference", "-id"], name="notifications_thread"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "message_id"), name="notifications_message_once"),
                    models.CheckConstraint(
                        condition=models.Q(("direction__in", ["in", "out"])), name="notifications_direction"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("message_id", ""), _negated=True), name="notifications_message_id_not_empty"
                    ),
                ],
            },
        ),
        tenant_table("notifications_messagereference"),
    ]

import uuid

from django.db import migrations, models

from helpdesk.lib.migrations import vendor_table


class Migration(migrations.Migration):
    dependencies = [("tickets", "0071_who_a_mail_was_copied_to")]

    operations = [
        migrations.CreateModel(
            name="MailCanary",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(blank=True, help_text="Empty: by itself.", max_length=120)),
                (
                    "sent_at",
                    models.DateTimeField(
                        help_text="When it was handed to the mail server, or should have been.", null=True
                    ),
                ),
                ("arrived_at", models.DateTimeField(help_text="When it was received.", null=True)),
                ("raw_pk", models.BigIntegerField(help_text="The mail as it came.", null=True)),
                ("error", models.TextField(blank=True, help_text="Why it could not be sent.")),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("sent_at", None)), fields=["id"], name="tickets_canary_unsent")
                ],
            },
        ),
        vendor_table("tickets_mailcanary"),
    ]

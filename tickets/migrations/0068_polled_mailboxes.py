from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models

from helpdesk.lib.migrations import vendor_table

CHANNELS = [
    ("command", "Command"),
    ("http", "HTTP"),
    ("smtp", "SMTP"),
    ("lmtp", "LMTP"),
    ("imap", "IMAP"),
    ("provider", "Mail provider"),
]


class Migration(migrations.Migration):
    """Two more ways for mail to come in. The rule is not checked against the rows here, which would lock the table."""

    dependencies = [("tickets", "0067_mail_by_state")]

    operations = [
        migrations.CreateModel(
            name="PolledMailbox",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="User, host and folder; never the password.", max_length=500)),
                ("uid_validity", models.BigIntegerField(default=0)),
                (
                    "last_uid",
                    models.BigIntegerField(default=0, help_text="Every mail up to it was taken in, or is in `missed`."),
                ),
                (
                    "missed",
                    models.JSONField(
                        default=dict, help_text="Mails that could not be fetched, by id: tries, when again, why."
                    ),
                ),
                ("tried_at", models.DateTimeField(null=True)),
                ("polled_at", models.DateTimeField(help_text="When it was last read without a fault.", null=True)),
                (
                    "emptied_at",
                    models.DateTimeField(help_text="Later mails came after it: nothing had been left then.", null=True),
                ),
                ("last_mail_at", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True, help_text="Of the last try; empty where it went well.")),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("name",), name="tickets_polled_mailbox_once")],
            },
        ),
        vendor_table("tickets_polledmailbox"),
        migrations.RemoveConstraint(model_name="rawmail", name="tickets_mail_channel"),
        migrations.AlterField(
            model_name="rawmail", name="channel", field=models.CharField(choices=CHANNELS, max_length=10)
        ),
        AddConstraintNotValid(
            model_name="rawmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("channel__in", [name for name, _ in CHANNELS])), name="tickets_mail_channel"
            ),
        ),
    ]

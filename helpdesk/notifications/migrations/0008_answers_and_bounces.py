from django.db import migrations, models

STATES = [
    ("queued", "Queued"),
    ("sent", "Sent"),
    ("dead", "Failed, given up"),
    ("bounced", "Came back: not delivered"),
    ("suppressed", "Not sent: address suppressed"),
    ("app", "In the app only"),
    ("archived", "History, never sent"),
]
AUDIENCES = [("client", "Client"), ("staff", "Staff")]
BOUNCED = "When its delivery was reported as failed, for the last time."
SOFT = "Reports of a failure that may pass."


class Migration(migrations.Migration):
    """Columns with a default of the database's, and a key of a table that is new."""

    dependencies = [("notifications", "0007_message_references")]

    operations = [
        *(
            operation
            for model in ("notice", "accountnotice")
            for operation in (
                migrations.AlterField(
                    model, "state", models.CharField(choices=STATES, default="queued", max_length=12)
                ),
                migrations.AddField(model, "bounced_at", models.DateTimeField(null=True, help_text=BOUNCED)),
                migrations.AddField(
                    model, "soft_bounces", models.PositiveSmallIntegerField(db_default=0, help_text=SOFT)
                ),
            )
        ),
        migrations.AddField(
            "notice",
            "audience",
            models.CharField(max_length=6, default="", db_default="", choices=AUDIENCES),
        ),
        migrations.AddField(
            "notice",
            "entry_id",
            models.BigIntegerField(null=True, help_text="The entry of the ticket's timeline that it quotes."),
        ),
        migrations.AddField(
            "messagereference",
            "notice_pk",
            models.BigIntegerField(null=True, help_text="The notice that it carried; of a mail sent."),
        ),
        migrations.RemoveConstraint("messagereference", "notifications_message_once"),
        migrations.AddConstraint(
            "messagereference",
            models.UniqueConstraint(fields=("message_id", "organisation"), name="notifications_message_id_once"),
        ),
        migrations.AddField(
            "suppression",
            "detail",
            models.TextField(blank=True, db_default="", help_text="What the other side said."),
        ),
    ]

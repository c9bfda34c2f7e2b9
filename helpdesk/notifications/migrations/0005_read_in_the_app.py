from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0004_failed_account_mails")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="read_at",
            field=models.DateTimeField(help_text="When the recipient marked it as read in the app.", null=True),
        ),
        migrations.AlterField(
            model_name="accountnotice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sent", "Sent"),
                    ("dead", "Failed, given up"),
                    ("suppressed", "Not sent: address suppressed"),
                    ("app", "In the app only"),
                    ("archived", "History, never sent"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="notice",
            name="state",
            field=models.CharField(
                choices=[
                    ("queued", "Queued"),
                    ("sent", "Sent"),
                    ("dead", "Failed, given up"),
                    ("suppressed", "Not sent: address suppressed"),
                    ("app", "In the app only"),
                    ("archived", "History, never sent"),
                ],
                default="queued",
                max_length=12,
            ),
        ),
    ]

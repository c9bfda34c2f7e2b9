from django.db import migrations, models


class Migration(migrations.Migration):
    """Mails that were read before have none: their pictures stay files."""

    dependencies = [("tickets", "0069_mail_by_channel")]

    operations = [
        migrations.AddField(
            model_name="mailmessage",
            name="pictures",
            field=models.JSONField(
                db_default={},
                default=dict,
                help_text="Of files that it names by a Content-ID: that id, and their public id.",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """Of mails that were read before nobody is named: their raw text has it."""

    dependencies = [("tickets", "0070_pictures_of_mails")]

    operations = [
        migrations.AddField(
            model_name="mailmessage",
            name="copied",
            field=models.JSONField(
                db_default=[],
                default=list,
                help_text="Addresses that it went to besides, which do not follow the ticket.",
            ),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):
    """What is known of the sender's address stands with the mail; of mails read before, nothing does."""

    dependencies = [("tickets", "0065_incoming_mail")]

    operations = [
        migrations.AddField(
            model_name="rawmail",
            name="proof",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="What our mail server says of the sender.",
                max_length=4,
            ),
        ),
    ]

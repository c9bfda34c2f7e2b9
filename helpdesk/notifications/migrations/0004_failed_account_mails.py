from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0003_account_mail_secrets")]

    operations = [
        migrations.AddIndex(
            model_name="accountnotice",
            index=models.Index(
                condition=models.Q(("state", "dead")), fields=["id"], name="notifications_account_failed"
            ),
        ),
    ]

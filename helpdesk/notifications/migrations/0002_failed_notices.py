from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0001_notices")]

    operations = [
        migrations.AddIndex(
            model_name="notice",
            index=models.Index(
                condition=models.Q(("state", "dead")),
                fields=["organisation", "id"],
                name="notifications_failed",
            ),
        ),
    ]

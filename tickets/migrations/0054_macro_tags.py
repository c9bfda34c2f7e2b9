from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tickets", "0052_searched_by_client")]

    operations = [
        migrations.AddField(
            model_name="macro",
            name="tags",
            field=models.JSONField(default=list, help_text="Names of tags, as `tickets.labels.tag_name` gives them."),
        ),
    ]

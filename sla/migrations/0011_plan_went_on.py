"""A planned edit knows when a worker last went on with it, so that its page can tell when none does."""

import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0010_calendar_made_by"),
    ]

    operations = [
        migrations.AddField(
            model_name="plannededit",
            name="went_on_at",
            field=models.DateTimeField(
                db_default=django.db.models.functions.datetime.Now(), help_text="When a worker last did a part of it."
            ),
        ),
    ]

"""A calendar knows who made it: until an organisation has it, only they and those who serve everybody see it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("sla", "0009_planned_policies"),
    ]

    operations = [
        migrations.AddField(
            model_name="calendar",
            name="made_by",
            field=models.ForeignKey(
                db_index=False,
                help_text="Who sees it until an organisation has it; NULL from then on.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.staffmember",
            ),
        ),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_names_by_trigrams"),
        ("tickets", "0054_macro_tags"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="FormDraft",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fields", models.JSONField(default=dict)),
                ("updated_at", models.DateTimeField()),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["updated_at"], name="tickets_form_drafts_by_age")],
                "constraints": [
                    models.UniqueConstraint(fields=("person", "organisation"), name="tickets_form_draft_once")
                ],
            },
        ),
        tenant_table("tickets_formdraft"),
    ]

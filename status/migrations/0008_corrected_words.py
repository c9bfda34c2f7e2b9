import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import append_only, part_table


class Migration(migrations.Migration):
    """What a window said until its words were corrected. The table is new: nothing that runs waits."""

    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("status", "0007_subscribers"),
    ]

    operations = [
        migrations.CreateModel(
            name="WindowCorrection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("title", models.CharField(max_length=120)),
                ("body", models.TextField(blank=True)),
                ("corrected_at", models.DateTimeField()),
                ("author_name", models.CharField(max_length=120)),
                (
                    "author",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "window",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="corrections",
                        to="status.maintenancewindow",
                    ),
                ),
            ],
        ),
        part_table("status_windowcorrection", of="status_maintenancewindow", column="window_id"),
        append_only("status_windowcorrection"),
    ]

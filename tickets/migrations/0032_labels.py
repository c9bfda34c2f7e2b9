import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_team_assignment"),
        ("tickets", "0031_macros"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketTag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="tags",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["name", "ticket"], include=("organisation",), name="tickets_tagged"),
                    models.Index(fields=["organisation", "-id"], name="tickets_tags_lately"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("ticket", "organisation", "name"), name="tickets_tag_once"),
                    models.CheckConstraint(
                        condition=models.Q(("name__regex", "^[^A-Z,\\s]([^A-Z,]*[^A-Z,\\s])?$")),
                        name="tickets_tag_as_written",
                    ),
                ],
            },
        ),
        tenant_table("tickets_tickettag"),
        composite_key("tickets_tickettag", "ticket_id", "tickets_ticket"),
    ]

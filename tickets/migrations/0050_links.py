import django.db.models.deletion
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_names_by_trigrams"),
        ("tickets", "0041_search_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="TicketLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("same", "Same fault as"), ("blocks", "Blocks"), ("duplicate", "Duplicate of")],
                        max_length=10,
                    ),
                ),
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
                    "other",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["other"], name="tickets_linked_from")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "other", "kind", "organisation"), name="tickets_link_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["same", "blocks", "duplicate"])), name="tickets_link_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("ticket", models.F("other")), _negated=True), name="tickets_link_of_two"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "same"), _negated=True),
                            ("ticket__lt", models.F("other")),
                            _connector="OR",
                        ),
                        name="tickets_link_same_once",
                    ),
                ],
            },
        ),
        tenant_table("tickets_ticketlink"),
        composite_key("tickets_ticketlink", "ticket_id", "tickets_ticket"),
        composite_key("tickets_ticketlink", "other_id", "tickets_ticket"),
    ]

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_team_assignment"),
        ("tickets", "0010_saved_views"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Watcher",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("added_at", models.DateTimeField()),
                (
                    "member",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
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
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="watchers",
                        to="tickets.ticket",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("member__isnull", False)),
                        fields=["organisation", "member"],
                        name="tickets_watched_by_member",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("ticket", "organisation", "member", "staff"),
                        name="tickets_watcher_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", True), ("staff__isnull", False)),
                            models.Q(("member__isnull", False), ("staff__isnull", True)),
                            _connector="OR",
                        ),
                        name="tickets_watcher_is_somebody",
                    ),
                ],
            },
        ),
        tenant_table("tickets_watcher"),
        composite_key("tickets_watcher", "ticket_id", "tickets_ticket"),
        composite_key("tickets_watcher", "member_id", "accounts_membership", target_column="user_id"),
    ]

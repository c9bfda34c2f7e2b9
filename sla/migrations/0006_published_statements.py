"""A policy version tells its uptime, its notice of maintenance, and whatever else it says in words."""

from decimal import Decimal

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sla", "0005_planned_edits"),
    ]

    operations = [
        migrations.AddField(
            model_name="policyversion",
            name="maintenance_notice_hours",
            field=models.PositiveSmallIntegerField(
                db_default=48, default=48, help_text="Before maintenance that may affect availability."
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="statements",
            field=models.JSONField(
                db_default=models.Value([], models.JSONField()),
                default=list,
                help_text='Further words: [{"title": …, "text": …}].',
            ),
        ),
        migrations.AddField(
            model_name="policyversion",
            name="uptime_percent",
            field=models.DecimalField(
                db_default=Decimal("99.5"),
                decimal_places=3,
                default=Decimal("99.5"),
                help_text="Of a month.",
                max_digits=6,
            ),
        ),
        migrations.AddConstraint(
            model_name="policyversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("uptime_percent__gt", 0), ("uptime_percent__lte", 100)), name="sla_policy_uptime"
            ),
        ),
    ]

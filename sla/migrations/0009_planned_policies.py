"""An edit of a support policy is thought over first, as one of a calendar is."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0008_verified_domains"),
        ("sla", "0008_policy_pauses"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="plannededit",
            name="sla_plan_kind",
        ),
        migrations.RemoveConstraint(
            model_name="plannededit",
            name="sla_plan_has_its_thing",
        ),
        migrations.AddField(
            model_name="plannededit",
            name="base_policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.policyversion",
            ),
        ),
        migrations.AddField(
            model_name="plannededit",
            name="made_policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.policyversion",
            ),
        ),
        migrations.AddField(
            model_name="plannededit",
            name="only_for",
            field=models.ForeignKey(
                db_index=False,
                help_text="Whom alone a policy's edit is for; NULL: all who have the policy.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.organisation",
            ),
        ),
        migrations.AddField(
            model_name="plannededit",
            name="policy",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="sla.policy",
            ),
        ),
        migrations.AlterField(
            model_name="plannededit",
            name="kind",
            field=models.CharField(choices=[("calendar", "Calendar"), ("policy", "Support policy")], max_length=10),
        ),
        migrations.AddConstraint(
            model_name="plannededit",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["calendar", "policy"])), name="sla_plan_kind"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannededit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("calendar__isnull", False), ("kind", "calendar")),
                    models.Q(("base_policy__isnull", False), ("kind", "policy"), ("policy__isnull", False)),
                    _connector="OR",
                ),
                name="sla_plan_has_its_thing",
            ),
        ),
    ]

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from helpdesk.lib.migrations import tenant_table


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0007_names_by_trigrams"),
    ]

    operations = [
        migrations.AddField(
            model_name="membership",
            name="is_confirmed",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Unset of who came by mail alone: they see their own tickets only.",
            ),
        ),
        migrations.CreateModel(
            name="OrganisationDomain",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("domain", models.CharField(max_length=253)),
                ("token", models.CharField(max_length=64)),
                ("added_at", models.DateTimeField()),
                ("checked_at", models.DateTimeField(help_text="When DNS last answered.", null=True)),
                ("verified_at", models.DateTimeField(help_text="Since when it counts; NULL: it does not.", null=True)),
                (
                    "missing_since",
                    models.DateTimeField(help_text="Since when the record of a verified one is gone.", null=True),
                ),
                ("lapsed_at", models.DateTimeField(help_text="When it stopped counting.", null=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "domain"), name="accounts_domain_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("verified_at__isnull", False)),
                        fields=("domain",),
                        name="accounts_domain_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("domain", django.db.models.functions.text.Lower("domain"))),
                        name="accounts_domain_lower_case",
                    ),
                ],
            },
        ),
        tenant_table("accounts_organisationdomain"),
    ]

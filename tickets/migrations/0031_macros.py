import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0003_api_tokens"),
        ("tickets", "0030_drafts"),
    ]

    operations = [
        migrations.CreateModel(
            name="Macro",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=80)),
                ("body", models.TextField()),
                (
                    "then",
                    models.CharField(
                        blank=True,
                        choices=[("", "Nothing more"), ("wait", "Wait for the client"), ("resolve", "Resolve")],
                        max_length=10,
                    ),
                ),
                (
                    "severity",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("P1", "P1 Critical"),
                            ("P2", "P2 Major"),
                            ("P3", "P3 Minor"),
                            ("P4", "P4 Informative"),
                        ],
                        max_length=2,
                    ),
                ),
                ("severity_reason", models.CharField(blank=True, max_length=200)),
                ("updated_at", models.DateTimeField()),
                (
                    "owner",
                    models.ForeignKey(
                        db_index=False,
                        help_text="NULL: shared.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("owner"),
                        django.db.models.functions.text.Lower("name"),
                        name="tickets_macro_named_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(condition=models.Q(("name", ""), _negated=True), name="tickets_macro_named"),
                    models.CheckConstraint(
                        condition=models.Q(("then__in", ["", "wait", "resolve"])), name="tickets_macro_then"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("severity__in", ["", "P1", "P2", "P3", "P4"])),
                        name="tickets_macro_severity",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("severity", ""), models.Q(("severity_reason", ""), _negated=True), _connector="OR"
                        ),
                        name="tickets_macro_severity_why",
                    ),
                ],
            },
        ),
    ]

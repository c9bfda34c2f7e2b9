import datetime

import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_invitations"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(help_text="What it is for, in its owner's words.", max_length=80)),
                ("prefix", models.CharField(help_text="The part that may be shown.", max_length=8, unique=True)),
                ("digest", models.CharField(help_text="SHA-256 of the whole token, in hexadecimal.", max_length=64)),
                ("scopes", models.JSONField(help_text="What it may be used for; never more than its owner may.")),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("expires_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField(help_text="To the hour.", null=True)),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="tokens", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("expires_at__gt", models.F("created_at")),
                            (
                                "expires_at__lte",
                                django.db.models.expressions.CombinedExpression(
                                    models.F("created_at"), "+", models.Value(datetime.timedelta(days=366))
                                ),
                            ),
                        ),
                        name="accounts_token_ends_within_a_year",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$")), name="accounts_token_digest"
                    ),
                ],
            },
        ),
    ]

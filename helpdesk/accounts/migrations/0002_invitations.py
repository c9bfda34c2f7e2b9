import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

from helpdesk.lib.migrations import composite_key, tenant_table, vendor_table

SPENT = models.Q(
    ("token_digest__isnull", True),
    models.Q(("accepted_at__isnull", True), ("revoked_at__isnull", True)),
    _connector="OR",
)
DIGEST = models.Q(("token_digest__isnull", True), ("token_digest__regex", "^[0-9a-f]{64}$"), _connector="OR")
ENDS = models.Q(("expires_at__gt", models.F("sent_at")))
LIVE = models.Q(("token_digest__isnull", False))


def person(**options):
    return models.ForeignKey(
        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL, **options
    )


def invitation_fields():
    return [
        ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
        ("email", models.EmailField(max_length=254)),
        ("name", models.CharField(blank=True, max_length=120)),
        ("token_digest", models.CharField(max_length=64, null=True)),
        ("invited_at", models.DateTimeField()),
        ("sent_at", models.DateTimeField(help_text="When its last mail was queued.")),
        ("expires_at", models.DateTimeField()),
        ("accepted_at", models.DateTimeField(null=True)),
        ("revoked_at", models.DateTimeField(null=True)),
        ("invited_by", person(db_index=False)),
        ("accepted_user", person(db_index=False)),
    ]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_organisations_and_people")]

    operations = [
        migrations.CreateModel(
            name="ClientInvitation",
            fields=[
                *invitation_fields(),
                ("role", models.CharField(choices=[("user", "Client user"), ("admin", "Client admin")], max_length=20)),
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
                "indexes": [models.Index(fields=["organisation", "-invited_at"], name="accounts_invitations_of")],
                "constraints": [
                    models.UniqueConstraint(fields=("token_digest",), name="accounts_invitation_token"),
                    models.UniqueConstraint(
                        models.F("organisation"),
                        django.db.models.functions.text.Lower("email"),
                        condition=LIVE,
                        name="accounts_invited_once",
                    ),
                    models.CheckConstraint(condition=SPENT, name="accounts_invitation_spent"),
                    models.CheckConstraint(condition=DIGEST, name="accounts_invitation_digest"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["user", "admin"])), name="accounts_invitation_role"
                    ),
                    models.CheckConstraint(condition=ENDS, name="accounts_invitation_ends"),
                ],
            },
        ),
        migrations.CreateModel(
            name="StaffInvitation",
            fields=[
                *invitation_fields(),
                (
                    "role",
                    models.CharField(
                        choices=[("agent", "Agent"), ("account_manager", "Account manager"), ("admin", "Admin")],
                        max_length=20,
                    ),
                ),
                ("serves_all", models.BooleanField(default=False)),
                ("serves", models.JSONField(default=list, help_text="Keys of the organisations; empty for all.")),
                ("teams", models.JSONField(default=list, help_text="Keys of the teams.")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("token_digest",), name="accounts_staff_invitation_token"),
                    models.UniqueConstraint(
                        django.db.models.functions.text.Lower("email"),
                        condition=LIVE,
                        name="accounts_staff_invited_once",
                    ),
                    models.CheckConstraint(condition=SPENT, name="accounts_staff_invitation_spent"),
                    models.CheckConstraint(condition=DIGEST, name="accounts_staff_invitation_digest"),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["agent", "account_manager", "admin"])),
                        name="accounts_staff_invitation_role",
                    ),
                    models.CheckConstraint(condition=ENDS, name="accounts_staff_invitation_ends"),
                ],
            },
        ),
        tenant_table("accounts_clientinvitation"),
        vendor_table("accounts_staffinvitation"),
        # Whoever was made of an invitation belongs to its organisation, or the row cannot stand.
        composite_key("accounts_clientinvitation", "accepted_user_id", "accounts_membership", target_column="user_id"),
        # Sessions in a table that names their person; those of Django's own table end, once.
        migrations.CreateModel(
            name="PersonSession",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={"verbose_name": "session", "verbose_name_plural": "sessions", "abstract": False},
        ),
    ]

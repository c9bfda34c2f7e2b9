from django.db import migrations, models

from helpdesk.lib.migrations import vendor_table


class Migration(migrations.Migration):
    """What mail providers post, as it came."""

    dependencies = [("tickets", "0072_mail_canaries")]

    operations = [
        migrations.CreateModel(
            name="ProviderPost",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("provider", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[("inbound", "A mail that came in"), ("tracking", "What became of a mail sent")],
                        max_length=10,
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The same for a repeat, and for a signature that is used again.", max_length=64
                    ),
                ),
                ("content_type", models.CharField(max_length=300)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits to be read"),
                            ("done", "Done"),
                            ("failed", "Could not be read"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                (
                    "next_at",
                    models.DateTimeField(help_text="Not read before; of one that is being read: when its lease ends."),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("result", models.CharField(blank=True, max_length=200)),
                ("error", models.TextField(blank=True)),
                ("settled_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "waiting")),
                        fields=["next_at", "id"],
                        name="tickets_post_waiting",
                    ),
                    models.Index(condition=models.Q(("state", "failed")), fields=["-id"], name="tickets_post_failed"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("provider", "kind", "key"), name="tickets_provider_post_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["inbound", "tracking"])), name="tickets_provider_post_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "done", "failed"])),
                        name="tickets_provider_post_state",
                    ),
                ],
            },
        ),
        vendor_table("tickets_providerpost"),
    ]

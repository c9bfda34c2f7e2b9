import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0005_in_app_only")]

    operations = [
        migrations.AddField(
            model_name="team",
            name="assignment",
            field=models.CharField(
                choices=[
                    ("manual", "By hand: whoever takes it"),
                    ("round_robin", "By turn: whoever waited longest"),
                    ("least_loaded", "By load: whoever holds the fewest open tickets"),
                ],
                db_default="manual",
                default="manual",
                help_text="How new tickets find somebody, where the team is level 1's.",
                max_length=20,
            ),
        ),
        migrations.AddConstraint(
            model_name="team",
            constraint=models.CheckConstraint(
                condition=models.Q(("assignment__in", ["manual", "round_robin", "least_loaded"])),
                name="accounts_team_assignment",
            ),
        ),
        migrations.CreateModel(
            name="TeamTurn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("given_at", models.DateTimeField(null=True)),
                (
                    "staff",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.staffmember",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="turns",
                        to="accounts.team",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("team", "staff"), name="accounts_team_turn_once")],
            },
        ),
    ]

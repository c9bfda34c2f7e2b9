from django.db import migrations, models

# Mails sent before links were kept apart hold theirs in the text. They have been delivered: nobody needs it here.
WIPE = """
    SELECT set_config('app.system', 'on', true);
    UPDATE notifications_accountnotice SET text = '[wiped: it held a link]' WHERE state <> 'queued';
    SELECT set_config('app.system', '', true);
"""


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_failed_notices")]

    operations = [
        migrations.AddField(
            model_name="accountnotice",
            name="secret",
            field=models.TextField(
                blank=True, default="", help_text="What stands for the mark; empty once the mail has gone."
            ),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="accountnotice",
            name="about",
            field=models.CharField(
                blank=True, default="", help_text="What it is sent for: 'client-invitation:12'.", max_length=60
            ),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="accountnotice",
            index=models.Index(
                condition=models.Q(("about", ""), _negated=True), fields=["about"], name="notifications_account_about"
            ),
        ),
        migrations.RunSQL(WIPE, reverse_sql=migrations.RunSQL.noop),
    ]

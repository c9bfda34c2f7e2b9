"""What people do not want by mail."""

from django.db import models

from helpdesk.accounts.models.people import User


class InAppOnly(models.Model):
    """One event of which a person wants to read in the app only. Without a row it goes by mail at once."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="in_app_only", db_index=False)
    event = models.CharField(max_length=40)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("user", "event"), name="accounts_in_app_only_once"),)

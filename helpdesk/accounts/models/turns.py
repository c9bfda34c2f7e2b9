"""Whose turn it is: how a team's new tickets find somebody."""

from django.db import models

from helpdesk.accounts.models.people import StaffMember, Team


class TeamTurn(models.Model):
    """When a member of a team was last given a ticket by turn or by load; who waited longest comes next."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="turns", db_index=False)
    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="+", db_index=False)
    given_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("team", "staff"), name="accounts_team_turn_once"),)

"""Which policy and which calendar an organisation has."""

from django.db import models

from helpdesk.lib.tenancy import TenantModel
from sla.models.calendar import Calendar
from sla.models.policy import Policy


class Agreement(TenantModel):
    """One organisation's policy and calendar; its new tickets take the versions in force."""

    policy = models.ForeignKey(Policy, on_delete=models.PROTECT, related_name="+")
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation",), name="sla_agreement_once"),)

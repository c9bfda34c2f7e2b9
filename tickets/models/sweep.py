"""That the sweep ran: one row, for those who watch over it."""

from django.db import models

from helpdesk.lib.tenancy import VendorModel


class SweepRun(VendorModel):
    """The only row: when a sweep last ended, how many have, and what they recorded. No sweep decides by it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    ran_at = models.DateTimeField()
    runs = models.BigIntegerField(default=0)
    events = models.BigIntegerField(default=0)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="tickets_one_row_of_sweeps"),)

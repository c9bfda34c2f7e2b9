"""Who follows a ticket besides its requester and assignee."""

from django.db import models

from helpdesk.accounts.models import StaffMember, User
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class Watcher(TenantModel):
    """One person who follows one ticket: a colleague of its requester, or somebody of the staff.

    `(member, organisation)` points at the membership, so that no stranger can be a colleague.
    """

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="watchers", db_constraint=False, db_index=False
    )
    member = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False
    )
    staff = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    added_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "organisation", "member", "staff"),
                nulls_distinct=False,
                name="tickets_watcher_once",
            ),
            models.CheckConstraint(
                condition=models.Q(member__isnull=True, staff__isnull=False)
                | models.Q(member__isnull=False, staff__isnull=True),
                name="tickets_watcher_is_somebody",
            ),
        )
        # What a client may read besides their own tickets.
        indexes = (
            models.Index(
                fields=("organisation", "member"),
                condition=models.Q(member__isnull=False),
                name="tickets_watched_by_member",
            ),
        )

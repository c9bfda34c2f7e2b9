"""Tags: the staff's own words for what a ticket is about. Clients never see them."""

from django.db import models

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket

LONGEST_TAG = 40


class TicketTag(TenantModel):
    """One tag on one ticket, written as `tickets.labels.tag_name` gives it. Internal."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="tags", db_constraint=False, db_index=False
    )
    name = models.CharField(max_length=LONGEST_TAG)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "organisation", "name"), name="tickets_tag_once"),
            # Lower case, no comma (it parts two tags), no space at either end.
            models.CheckConstraint(
                condition=models.Q(name__regex=r"^[^A-Z,\s]([^A-Z,]*[^A-Z,\s])?$"), name="tickets_tag_as_written"
            ),
        )
        indexes = (
            models.Index(fields=("name", "ticket"), include=("organisation",), name="tickets_tagged"),
            # What an organisation's tickets were tagged with lately: the proposals while one types.
            models.Index(fields=("organisation", "-id"), name="tickets_tags_lately"),
        )

    def __str__(self) -> str:
        return self.name

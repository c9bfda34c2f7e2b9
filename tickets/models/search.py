"""What the search reads: the words of each ticket, kept by the operations in the transaction that changes them."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class SearchRow(TenantModel):
    """The words of one ticket, for either side: clients are only ever shown matches of `public` (ADR 12).

    Its GIN index, of the organisation and of what staff search, stands in the migration: Django has no words for it.
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.PROTECT, primary_key=True, related_name="+", db_constraint=False
    )
    organisation = organisation_by_ticket()
    public = SearchVectorField(help_text="What the client sees of the ticket.")
    everything = SearchVectorField(null=True, help_text="That and the internal notes; NULL where there are none.")

    class Meta:
        # An organisation's tickets, the newest first, from the index alone.
        indexes = (models.Index(fields=("organisation", "ticket"), name="tickets_searched_by_client"),)

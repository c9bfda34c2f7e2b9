"""How two tickets of one organisation belong together."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class LinkKind(models.TextChoices):
    """What `ticket` is to `other`."""

    SAME = "same", _("Same fault as")
    BLOCKS = "blocks", _("Blocks")
    DUPLICATE = "duplicate", _("Duplicate of")


class TicketLink(TenantModel):
    """One link between two tickets of one organisation; both sides' keys hold the organisation.

    The same fault is alike from both sides: the older ticket stands first, so that it is one row however it is made.
    """

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    other = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    kind = models.CharField(max_length=10, choices=LinkKind)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "other", "kind", "organisation"), name="tickets_link_once"),
            models.CheckConstraint(condition=models.Q(kind__in=LinkKind.values), name="tickets_link_kind"),
            models.CheckConstraint(condition=~models.Q(ticket=models.F("other")), name="tickets_link_of_two"),
            models.CheckConstraint(
                condition=~models.Q(kind="same") | models.Q(ticket__lt=models.F("other")), name="tickets_link_same_once"
            ),
        )
        indexes = (models.Index(fields=("other",), name="tickets_linked_from"),)

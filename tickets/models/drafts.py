"""What a person has begun to write and not sent yet: on a ticket, or as a new one."""

from django.db import models

from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket


class DraftKind(models.TextChoices):
    """A reply and a note are kept apart: what was meant for colleagues must never stand in a reply."""

    REPLY = "reply", "Reply"
    NOTE = "note", "Internal note"


class MessageDraft(TenantModel):
    """One for each person, ticket and kind; nobody but the person reads it. No history: it is not said yet.

    `seen` is the version of the ticket that it was written upon; `files` are the public ids of staged files.
    """

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(max_length=10, choices=DraftKind)
    body = models.TextField(blank=True)
    files = models.JSONField(default=list)
    seen = models.PositiveIntegerField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("ticket", "person", "kind", "organisation"), name="tickets_draft_once_a_kind"
            ),
            models.CheckConstraint(condition=models.Q(kind__in=DraftKind.values), name="tickets_draft_kind"),
        )
        indexes = (models.Index(fields=("updated_at",), name="tickets_drafts_by_age"),)


class FormDraft(TenantModel):
    """The form of a new ticket as a person has filled it in so far: one for each person and organisation.

    `fields` is what stands in the form, by the names of its fields; nobody but the person reads it. Chosen files are
    not in it: they come along with a submit.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    fields = models.JSONField(default=dict)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "organisation"), name="tickets_form_draft_once"),)
        indexes = (models.Index(fields=("updated_at",), name="tickets_form_drafts_by_age"),)

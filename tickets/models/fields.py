"""Custom fields: what more an organisation's tickets say, and each ticket's values."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.lib.tenancy import TenantModel, organisation_by_ticket
from tickets.models.ticket import Ticket

LONGEST_LABEL, LONGEST_VALUE, MOST_CHOICES = 60, 500, 50
EVERY_ORGANISATION = 0  # no organisation has this key: PostgreSQL numbers them from 1


class FieldKind(models.TextChoices):
    """What a field's value is."""

    TEXT = "text", _("Text")
    NUMBER = "number", _("Number")
    CHOICE = "choice", _("Choice")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")


class FieldDefinition(models.Model):
    """One field, for every organisation or for one. It is retired, never deleted: values keep their meaning.

    Row-level security shows those for every organisation to all, one organisation's to its own scope alone, and lets
    nobody but the system scope write any.
    """

    # A number and no key that may be NULL: a value's key to its definition carries it, and PostgreSQL does not check
    # a key of which a part is NULL.
    only_for = models.BigIntegerField(
        default=EVERY_ORGANISATION, help_text="The organisation's key; 0: every organisation."
    )
    label = models.CharField(max_length=LONGEST_LABEL)
    kind = models.CharField(max_length=10, choices=FieldKind)
    choices = models.JSONField(default=list, help_text="What a choice is made from, in order.")
    is_visible = models.BooleanField(default=False, help_text="Clients see its values.")
    is_fillable = models.BooleanField(default=False, help_text="Clients fill it in on the form of a new ticket.")
    is_required = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0, help_text="Fields with a lower one stand first.")
    retired_at = models.DateTimeField(null=True)

    # Stated: the type checker does not infer it for this model.
    objects: ClassVar["models.Manager[FieldDefinition]"] = models.Manager()

    class Meta:
        constraints = (
            models.UniqueConstraint("only_for", Lower("label"), name="tickets_field_labelled_once"),
            # What a value's key points at, so that no value is of another organisation's field.
            models.UniqueConstraint(fields=("id", "only_for"), name="tickets_field_of_whom"),
            models.CheckConstraint(condition=models.Q(only_for__gte=0), name="tickets_field_for_somebody"),
            models.CheckConstraint(condition=~models.Q(label=""), name="tickets_field_labelled"),
            models.CheckConstraint(condition=models.Q(kind__in=FieldKind.values), name="tickets_field_kind"),
            # Clients cannot fill in what they do not see, and must not be stopped by what they cannot fill in.
            models.CheckConstraint(
                condition=models.Q(is_fillable=False) | models.Q(is_visible=True), name="tickets_field_fillable"
            ),
            models.CheckConstraint(
                condition=models.Q(is_required=False) | models.Q(is_fillable=True), name="tickets_field_required"
            ),
        )

    def __str__(self) -> str:
        return self.label

    @property
    def input_name(self) -> str:
        """The name of the field's input in forms, at which its errors are shown."""
        return f"field-{self.pk}"


class TicketField(TenantModel):
    """The value of one field on one ticket, as `tickets.fields.checked` writes it. No row: no value."""

    organisation = organisation_by_ticket()
    ticket = models.ForeignKey(
        Ticket, on_delete=models.PROTECT, related_name="fields", db_constraint=False, db_index=False
    )
    definition = models.ForeignKey(FieldDefinition, on_delete=models.PROTECT, related_name="on_tickets", db_index=False)
    only_for = models.BigIntegerField(help_text="Whose the definition is: 0, or the ticket's organisation.")
    value = models.CharField(max_length=LONGEST_VALUE)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("ticket", "organisation", "definition"), name="tickets_field_once"),
            models.CheckConstraint(
                condition=models.Q(only_for=EVERY_ORGANISATION) | models.Q(only_for=models.F("organisation")),
                name="tickets_field_own_or_shared",
            ),
        )

    def __str__(self) -> str:
        return self.value

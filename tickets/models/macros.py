"""Templates of replies: the vendor's own, the same for every organisation."""

from django.db import models
from django.db.models.functions import Lower

from helpdesk.accounts.models import StaffMember
from sla.models import Severity

LONGEST_NAME, LONGEST_REASON = 80, 200


class MacroThen(models.TextChoices):
    """What a macro proposes to do with the reply."""

    NOTHING = "", "Nothing more"
    WAIT = "wait", "Wait for the client"
    RESOLVE = "resolve", "Resolve"


class Macro(models.Model):
    """A text with variables, and what else it proposes. Shared by all staff, or its owner's alone."""

    name = models.CharField(max_length=LONGEST_NAME)
    body = models.TextField()
    owner = models.ForeignKey(
        StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False, help_text="NULL: shared."
    )
    then = models.CharField(max_length=10, choices=MacroThen, blank=True)
    severity = models.CharField(max_length=2, choices=Severity, blank=True)
    severity_reason = models.CharField(max_length=LONGEST_REASON, blank=True)
    tags = models.JSONField(default=list, help_text="Names of tags, as `tickets.labels.tag_name` gives them.")
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint("owner", Lower("name"), name="tickets_macro_named_once", nulls_distinct=False),
            models.CheckConstraint(condition=~models.Q(name=""), name="tickets_macro_named"),
            models.CheckConstraint(condition=models.Q(then__in=MacroThen.values), name="tickets_macro_then"),
            models.CheckConstraint(
                condition=models.Q(severity__in=["", *Severity.values]), name="tickets_macro_severity"
            ),
            models.CheckConstraint(
                condition=models.Q(severity="") | ~models.Q(severity_reason=""), name="tickets_macro_severity_why"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        return self.owner_id is None

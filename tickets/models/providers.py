"""What mail providers post to us, as it came: committed before anybody looks into it."""

from django.db import models
from django.db.models import Q

from helpdesk.lib.tenancy import VendorModel


class PostKind(models.TextChoices):
    INBOUND = "inbound", "A mail that came in"
    TRACKING = "tracking", "What became of a mail sent"


class PostState(models.TextChoices):
    WAITING = "waiting", "Waits to be read"
    DONE = "done", "Done"
    FAILED = "failed", "Could not be read"


class ProviderPost(VendorModel):
    """One post of a provider, whose signature or secret was right.

    `attempts` counts the readings begun; a worker that dies leaves its lease, which ends at `next_at`. Of a mail that
    was taken in the body is emptied: `RawMail` has it.
    """

    provider = models.CharField(max_length=20)
    kind = models.CharField(max_length=10, choices=PostKind)
    key = models.CharField(max_length=64, help_text="The same for a repeat, and for a signature that is used again.")
    content_type = models.CharField(max_length=300)
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    received_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=PostState, default=PostState.WAITING)
    next_at = models.DateTimeField(help_text="Not read before; of one that is being read: when its lease ends.")
    attempts = models.PositiveSmallIntegerField(default=0)
    result = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("provider", "kind", "key"), name="tickets_provider_post_once"),
            models.CheckConstraint(condition=Q(kind__in=PostKind.values), name="tickets_provider_post_kind"),
            models.CheckConstraint(condition=Q(state__in=PostState.values), name="tickets_provider_post_state"),
        )
        indexes = (
            models.Index(fields=("next_at", "id"), condition=Q(state="waiting"), name="tickets_post_waiting"),
            models.Index(fields=("-id",), condition=Q(state="failed"), name="tickets_post_failed"),
        )

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.pk}"

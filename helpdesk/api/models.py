"""What the API itself remembers: which requests with an Idempotency-Key have been carried out."""

from django.db import models
from django.db.models.functions import Now

from helpdesk.accounts.models import User


class IdempotentRequest(models.Model):
    """A request that a person named with a key, and what came of it.

    It keeps no content: a repeat is answered by reading the stored address again, with the rights of that moment.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    key = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of method, address and body.")
    status = models.PositiveSmallIntegerField(null=True, help_text="NULL until the request has been carried out.")
    location = models.CharField(max_length=300, blank=True, help_text="The path of what was made or changed.")
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = (models.UniqueConstraint(fields=("person", "key"), name="api_request_once"),)
        indexes = (models.Index(fields=("created_at",), name="api_request_by_age"),)

"""Templates of updates: the vendor's own, for words that come again."""

from django.db import models
from django.db.models.functions import Lower

from status.models.incident import LONGEST_TITLE, Phase

LONGEST_NAME = 80


class UpdateTemplate(models.Model):
    """A text and its phase; a title, where it is for the beginning of an incident."""

    name = models.CharField(max_length=LONGEST_NAME)
    phase = models.CharField(max_length=13, choices=Phase)
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)
    body = models.TextField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("name"), name="status_template_named_once"),
            models.CheckConstraint(condition=~models.Q(name="") & ~models.Q(body=""), name="status_template_filled"),
            models.CheckConstraint(condition=models.Q(phase__in=Phase.values), name="status_template_phase"),
        )

    def __str__(self) -> str:
        return self.name

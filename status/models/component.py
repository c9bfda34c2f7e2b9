"""The parts of the service whose state is told: published, the same for every organisation."""

import uuid

from django.db import models
from django.db.models.functions import Lower

LONGEST_NAME, LONGEST_DESCRIPTION = 60, 200


class ComponentGroup(models.Model):
    """A heading under which components stand."""

    name = models.CharField(max_length=LONGEST_NAME)
    position = models.PositiveSmallIntegerField(default=0, help_text="Groups with a lower one stand first.")

    class Meta:
        constraints = (
            models.UniqueConstraint(Lower("name"), name="status_group_named_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="status_group_named"),
        )

    def __str__(self) -> str:
        return self.name


class Component(models.Model):
    """One part of the service. It is retired, never deleted: what happened to it stays told.

    The service as a whole is down while a core component is. A beta feature is none, and is left out of the contract
    figure from the instant on at which it was marked so.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    group = models.ForeignKey(ComponentGroup, on_delete=models.PROTECT, null=True, related_name="components")
    name = models.CharField(max_length=LONGEST_NAME)
    description = models.CharField(max_length=LONGEST_DESCRIPTION, blank=True)
    is_core = models.BooleanField(default=True)
    beta_since = models.DateTimeField(null=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Components with a lower one stand first.")
    started_on = models.DateField(help_text="Since when it is told of: before that day it has no state.")
    retired_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                Lower("name"), condition=models.Q(retired_at__isnull=True), name="status_component_named_once"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="status_component_named"),
            models.CheckConstraint(
                condition=models.Q(is_core=False) | models.Q(beta_since__isnull=True), name="status_core_is_no_beta"
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_beta(self) -> bool:
        return self.beta_since is not None

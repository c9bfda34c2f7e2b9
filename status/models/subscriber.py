"""Who is told of the service by mail, without an account; and what is told them, before it is written to each."""

import uuid

from django.db import models
from django.db.models.functions import Lower, Now

from helpdesk.lib.tenancy import VendorModel
from status.models.component import Component
from status.models.incident import Incident
from status.models.maintenance import MaintenanceWindow

LONGEST_KEY = 60


class Subscriber(VendorModel):
    """An address whose owner asked to be told, and proved it by a link; until then they are sent nothing else.

    Of `is_whole` everything is told them, else what concerns their components, or no component in particular.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    address = models.EmailField()
    is_whole = models.BooleanField(default=True, help_text="Whether all components are theirs, later ones too.")
    components = models.ManyToManyField(Component, through="SubscriberComponent", related_name="+")
    created_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.UniqueConstraint(Lower("address"), name="status_subscriber_once"),)
        indexes = (
            models.Index(
                fields=("created_at",), condition=models.Q(confirmed_at__isnull=True), name="status_unconfirmed"
            ),
        )


class SubscriberComponent(VendorModel):
    """A component that a subscriber has chosen."""

    subscriber = models.ForeignKey(Subscriber, on_delete=models.CASCADE, related_name="chosen", db_index=False)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("subscriber", "component"), name="status_chosen_once"),)


class PublicNotice(VendorModel):
    """What all subscribers are told: one row, written in the transaction that told it, however many they are.

    Workers write each subscriber's mail from it, in the order of their ids; `written_upto` is where they are. What is
    told of an incident or of maintenance is told of one for everybody: keys in the database refuse any other.
    """

    key = models.CharField(max_length=LONGEST_KEY, unique=True, help_text="What is told: told once.")
    subject = models.CharField(max_length=200)
    text = models.TextField()
    incident = models.ForeignKey(Incident, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    for_all = models.BooleanField(default=True, db_default=True, help_text="Repeated: what it tells of is for all.")
    component_ids = models.JSONField(default=list, help_text="Whom it concerns; none: everybody.")
    created_at = models.DateTimeField(db_default=Now())
    written_upto = models.BigIntegerField(default=0, help_text="The last subscriber whose mail is written.")
    written = models.PositiveIntegerField(default=0, help_text="How many mails.")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(for_all=True), name="status_notice_for_all"),
            models.CheckConstraint(
                condition=~models.Q(key="") & ~models.Q(subject="") & ~models.Q(text=""), name="status_notice_filled"
            ),
        )
        indexes = (
            models.Index(fields=("id",), condition=models.Q(done_at__isnull=True), name="status_notice_to_write"),
        )

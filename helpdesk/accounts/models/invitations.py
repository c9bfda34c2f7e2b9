"""Invitations: who may become a person here, in which organisation and in which role. The person is made later."""

from datetime import datetime

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from helpdesk.accounts.models.people import ClientRole, StaffRole, User
from helpdesk.lib.tenancy import TenantModel, VendorModel


class InvitationState(models.TextChoices):
    PENDING = "pending", "Pending"
    EXPIRED = "expired", "Expired"
    ACCEPTED = "accepted", "Accepted"
    REVOKED = "revoked", "Revoked"


class Invitation(models.Model):
    """What every invitation holds. It opens while its token's digest stands, until `expires_at`.

    The digest is the SHA-256 of 256 random bits, in hexadecimal; NULL once it is spent or revoked, so that no empty
    token can ever match a row.
    """

    email = models.EmailField()
    name = models.CharField(max_length=120, blank=True)
    token_digest = models.CharField(max_length=64, null=True)  # noqa: DJ001 - NULL: opens no more
    invited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    invited_at = models.DateTimeField()
    sent_at = models.DateTimeField(help_text="When its last mail was queued.")
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    accepted_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.email

    def state(self, at: datetime) -> InvitationState:
        """Where it stands at the instant."""
        if self.accepted_at is not None:
            return InvitationState.ACCEPTED
        if self.revoked_at is not None:
            return InvitationState.REVOKED
        return InvitationState.PENDING if at < self.expires_at else InvitationState.EXPIRED

    def is_open(self, at: datetime) -> bool:
        """Whether its link still makes a person."""
        return self.token_digest is not None and self.state(at) == InvitationState.PENDING


SPENT_OPENS_NOTHING = Q(token_digest__isnull=True) | Q(accepted_at__isnull=True, revoked_at__isnull=True)
DIGEST_SHAPE = Q(token_digest__isnull=True) | Q(token_digest__regex=r"^[0-9a-f]{64}$")
LIVE = Q(token_digest__isnull=False)


class ClientInvitation(Invitation, TenantModel):
    """An invitation to one client organisation: the person made from it belongs to this one and to no other."""

    role = models.CharField(max_length=20, choices=ClientRole)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("token_digest",), name="accounts_invitation_token"),
            models.UniqueConstraint("organisation", Lower("email"), condition=LIVE, name="accounts_invited_once"),
            models.CheckConstraint(condition=SPENT_OPENS_NOTHING, name="accounts_invitation_spent"),
            models.CheckConstraint(condition=DIGEST_SHAPE, name="accounts_invitation_digest"),
            models.CheckConstraint(condition=Q(role__in=ClientRole.values), name="accounts_invitation_role"),
            models.CheckConstraint(condition=Q(expires_at__gt=models.F("sent_at")), name="accounts_invitation_ends"),
        )
        indexes = (models.Index(fields=("organisation", "-invited_at"), name="accounts_invitations_of"),)


class StaffInvitation(Invitation, VendorModel):
    """An invitation to the vendor's side. Organisations and teams are named by their keys, which never change."""

    role = models.CharField(max_length=20, choices=StaffRole)
    serves_all = models.BooleanField(default=False)
    serves = models.JSONField(default=list, help_text="Keys of the organisations; empty for all.")
    teams = models.JSONField(default=list, help_text="Keys of the teams.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("token_digest",), name="accounts_staff_invitation_token"),
            models.UniqueConstraint(Lower("email"), condition=LIVE, name="accounts_staff_invited_once"),
            models.CheckConstraint(condition=SPENT_OPENS_NOTHING, name="accounts_staff_invitation_spent"),
            models.CheckConstraint(condition=DIGEST_SHAPE, name="accounts_staff_invitation_digest"),
            models.CheckConstraint(condition=Q(role__in=StaffRole.values), name="accounts_staff_invitation_role"),
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("sent_at")), name="accounts_staff_invitation_ends"
            ),
        )

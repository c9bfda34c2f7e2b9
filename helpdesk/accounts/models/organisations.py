"""Organisations (the tenants): their people, and the staff who serve them."""

from django.db import models

from helpdesk.accounts.models.people import ClientRole, StaffMember, User
from helpdesk.lib.tenancy import TenantModel


class Organisation(models.Model):
    """A client of the vendor: the tenant. Its key begins every ticket's number (`ACME-142`)."""

    key = models.CharField(max_length=12, unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="Asia/Colombo")
    account_manager = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    deputy = models.ForeignKey(StaffMember, on_delete=models.PROTECT, related_name="+", null=True)
    is_active = models.BooleanField(default=True)
    members_see_all = models.BooleanField(
        default=False,
        db_default=False,
        help_text="Whether client users see all of their organisation's tickets, as its admins always do.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(key__regex=r"^[A-Z][A-Z0-9]{1,11}$"),
                name="accounts_organisation_key_shape",
            ),
            models.CheckConstraint(
                condition=models.Q(deputy__isnull=True) | ~models.Q(deputy=models.F("account_manager")),
                name="accounts_organisation_deputy_is_another",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Membership(TenantModel):
    """A client's person: the one organisation that they belong to, and their role in it."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="membership")
    role = models.CharField(max_length=20, choices=ClientRole, default=ClientRole.USER)
    is_confirmed = models.BooleanField(
        default=True, db_default=True, help_text="Unset of who came by mail alone: they see their own tickets only."
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "organisation"), name="accounts_membership_same_organisation"),
            models.CheckConstraint(condition=models.Q(role__in=ClientRole.values), name="accounts_membership_role"),
        )
        indexes = (models.Index(fields=("organisation", "role"), name="accounts_membership_of"),)


class StaffService(TenantModel):
    """One organisation that a staff member serves."""

    staff = models.ForeignKey(StaffMember, on_delete=models.CASCADE, related_name="services")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("organisation", "staff"), name="accounts_service_once"),)

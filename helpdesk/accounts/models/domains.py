"""Mail domains that an organisation has shown to be its own: whoever writes from them belongs to it."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from helpdesk.lib.tenancy import TenantModel

RECORD_HOST = "_helpdesk"
RECORD_BEGINS = "helpdesk-domain="


class DomainState(models.TextChoices):
    WAITING = "waiting", "Waits for its DNS record"
    VERIFIED = "verified", "Verified"
    MISSING = "missing", "Verified; its DNS record is gone"
    LAPSED = "lapsed", "Lapsed"


class OrganisationDomain(TenantModel):
    """A domain, lower case in its ASCII form, and the token that its DNS must show.

    Several organisations may ask for one domain; it counts for the one whose token was found, and for no other.
    """

    domain = models.CharField(max_length=253)
    token = models.CharField(max_length=64)
    added_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True, help_text="When DNS last answered.")
    verified_at = models.DateTimeField(null=True, help_text="Since when it counts; NULL: it does not.")
    missing_since = models.DateTimeField(null=True, help_text="Since when the record of a verified one is gone.")
    lapsed_at = models.DateTimeField(null=True, help_text="When it stopped counting.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "domain"), name="accounts_domain_once"),
            models.UniqueConstraint(
                fields=("domain",), condition=Q(verified_at__isnull=False), name="accounts_domain_of_one"
            ),
            models.CheckConstraint(condition=Q(domain=Lower("domain")), name="accounts_domain_lower_case"),
        )

    def __str__(self) -> str:
        return self.domain

    @property
    def state(self) -> DomainState:
        """Where it stands."""
        if self.verified_at is not None:
            return DomainState.MISSING if self.missing_since is not None else DomainState.VERIFIED
        return DomainState.LAPSED if self.lapsed_at is not None else DomainState.WAITING

    @property
    def record_name(self) -> str:
        """The name of the TXT record."""
        return f"{RECORD_HOST}.{self.domain}"

    @property
    def record_value(self) -> str:
        """Its text."""
        return RECORD_BEGINS + self.token

"""People: who can sign in, and the vendor's side of them."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Lower

if TYPE_CHECKING:  # the class takes a parameter in its type stubs only
    PersonManager = BaseUserManager["User"]
else:
    PersonManager = BaseUserManager


class UserManager(PersonManager):
    """Makes people; sign-in looks them up by e-mail, whatever its case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A saved user. An empty password means that the person must set one by a reset mail."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who can sign in. Global: which organisation they belong to or serve stands beside it."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    time_zone = models.CharField(max_length=64, default="Asia/Colombo")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = (models.UniqueConstraint(Lower("email"), name="accounts_user_email_any_case"),)
        # The search finds people by names as they are remembered, not only as they are written.
        indexes = (GinIndex(fields=("name",), opclasses=("gin_trgm_ops",), name="accounts_user_by_trigrams"),)

    def __str__(self) -> str:
        return self.name


def is_absent(away_from: datetime | None, away_until: datetime | None, *, at: datetime) -> bool:
    """Whether an absence covers the instant; one without an end lasts until it is taken back."""
    return away_from is not None and away_from <= at and (away_until is None or at < away_until)


class StaffRole(models.TextChoices):
    AGENT = "agent", "Agent"
    ACCOUNT_MANAGER = "account_manager", "Account manager"
    ADMIN = "admin", "Admin"


class ClientRole(models.TextChoices):
    USER = "user", "Client user"
    ADMIN = "admin", "Client admin"


class StaffMember(models.Model):
    """A person on the vendor's side. `serves_all` or a list of `StaffService` rows states whom they serve."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="staff_member")
    role = models.CharField(max_length=20, choices=StaffRole)
    serves_all = models.BooleanField(default=False)
    away_from = models.DateTimeField(null=True, blank=True)
    away_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=models.Q(role__in=StaffRole.values), name="accounts_staff_role"),
            models.CheckConstraint(
                condition=models.Q(away_until__isnull=True) | models.Q(away_until__gt=models.F("away_from")),
                name="accounts_staff_away_order",
            ),
        )

    def __str__(self) -> str:
        return self.user.name

    def is_away(self, at: datetime) -> bool:
        """Whether they are absent at the instant."""
        return is_absent(self.away_from, self.away_until, at=at)


class Assignment(models.TextChoices):
    MANUAL = "manual", "By hand: whoever takes it"
    ROUND_ROBIN = "round_robin", "By turn: whoever waited longest"
    LEAST_LOADED = "least_loaded", "By load: whoever holds the fewest open tickets"


class Team(models.Model):
    """A team of staff behind one address of the escalation matrix (level 1: support, level 3: product)."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    members = models.ManyToManyField(StaffMember, related_name="teams")
    assignment = models.CharField(
        max_length=20,
        choices=Assignment,
        default=Assignment.MANUAL,
        db_default=Assignment.MANUAL,
        help_text="How new tickets find somebody, where the team is level 1's.",
    )

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(assignment__in=Assignment.values), name="accounts_team_assignment"
            ),
        )

    def __str__(self) -> str:
        return self.name

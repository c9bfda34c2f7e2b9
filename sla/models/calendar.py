"""Support calendars. The rows are what an admin edits; each edit adds a version with the whole calendar in it.

Clocks use versions only, so that a replay of the past gives what was promised then (POLICY 6).
"""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import StaffMember


class ClosureRule(models.TextChoices):
    """Which of the list's dates close the desk (POLICY 3)."""

    STATUTORY = "statutory", "Mercantile holidays and Poya days"
    PUBLIC = "public", "Every public holiday"


class Calendar(models.Model):
    """Support hours and holidays in one time zone."""

    key = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    time_zone = models.CharField(max_length=64)
    closes_on = models.CharField(max_length=10, choices=ClosureRule, default=ClosureRule.STATUTORY)
    current_version = models.ForeignKey("sla.CalendarVersion", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey(
        StaffMember,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        help_text="Who sees it until an organisation has it; NULL from then on.",
    )

    def __str__(self) -> str:
        return self.name


class CalendarWeek(models.Model):
    """The support hours of a week, in force from a local date on."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="weeks")
    effective_from = models.DateField()
    hours = models.JSONField(help_text='{"mon": [["08:00", "17:00"]], …}, wall times; 24:00 is legal.')

    class Meta:
        constraints = (models.UniqueConstraint(fields=("calendar", "effective_from"), name="sla_week_once_a_date"),)


class Holiday(models.Model):
    """A dated holiday with its categories and the source that says so."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="holidays")
    date = models.DateField()
    name = models.CharField(max_length=120)
    categories = models.JSONField(default=list, help_text="public, bank, mercantile, poya, government")
    source = models.CharField(max_length=300, help_text="The gazette or circular; shown to admins.")
    closes_statutory = models.BooleanField()
    closes_public = models.BooleanField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("calendar", "date"), name="sla_holiday_once_a_date"),)

    @property
    def category_names(self) -> str:
        return ", ".join(self.categories)


class ExceptionKind(models.TextChoices):
    """Why a date has hours of its own."""

    HALF_DAY = "half_day", _("Half day")
    SWAPPED = "swapped", _("Swapped day")
    OWN_HOURS = "own_hours", _("Other hours")


class CalendarException(models.Model):
    """A date with hours of its own (a half day, a swapped day); it beats holidays."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="exceptions")
    date = models.DateField()
    hours = models.JSONField(help_text='[["08:00", "12:30"]]; an empty list closes the date.')
    note = models.CharField(max_length=200)
    kind = models.CharField(
        max_length=10, choices=ExceptionKind, default=ExceptionKind.OWN_HOURS, db_default="own_hours"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("calendar", "date"), name="sla_exception_once_a_date"),
            models.CheckConstraint(condition=models.Q(kind__in=ExceptionKind.values), name="sla_exception_kind"),
        )


class CalendarYear(models.Model):
    """Whether a year's holiday list is confirmed; deadlines that reach another year are provisional (POLICY 3)."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField()
    confirmed = models.BooleanField(default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("calendar", "year"), name="sla_calendar_year_once"),)


class CalendarVersion(models.Model):
    """The whole calendar as it was known from an instant on. Append-only."""

    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    known_from = models.DateTimeField(help_text="The instant of the edit: running clocks move from here on.")
    recorded_at = models.DateTimeField(db_default=Now())
    reason = models.CharField(max_length=300)
    spec = models.JSONField()
    new_only = models.BooleanField(
        default=False, db_default=False, help_text="Only tickets opened from here on are counted by it."
    )

    class Meta:
        constraints = (models.UniqueConstraint(fields=("calendar", "number"), name="sla_calendar_version_once"),)

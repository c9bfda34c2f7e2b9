"""Maintenance: windows in which the vendor works on the service, what was announced of them, and the usual times."""

import uuid

from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import StaffMember
from helpdesk.lib.tenancy import TenantModel
from status.models.component import Component
from status.models.incident import LONGEST_REASON, LONGEST_TITLE
from status.models.levels import ImpactLevel
from status.models.series import MaintenanceSeries


class WindowState(models.TextChoices):
    """How a window stands at an instant: told by `status.maintenance.windows.state_of`, and kept nowhere."""

    SCHEDULED = "scheduled", _("Planned")
    IN_PROGRESS = "in_progress", _("In progress")
    VERIFYING = "verifying", _("Being checked")
    COMPLETED = "completed", _("Completed")
    CANCELLED = "cancelled", _("Cancelled")


class MaintenanceWindow(models.Model):
    """Work that is planned, for everybody to know or for its audience alone: row-level security says so.

    `begins_at` and `ends_at` repeat the last announcement; of a draft they are what is meant to be announced. Nothing
    says how it stands: the clock and these instants do. The others are those at which people acted by hand.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField(blank=True)
    impact = models.CharField(
        max_length=20, choices=ImpactLevel, default=ImpactLevel.MAJOR, help_text="What clients have to expect."
    )
    for_all = models.BooleanField(help_text="Whether every organisation may know; otherwise its audience alone.")
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=0, help_text="One more with each change that was told of.")
    published_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    verifying_at = models.DateTimeField(null=True)
    overran_at = models.DateTimeField(null=True, help_text="When it was said to take longer than announced.")
    completed_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    cancellation = models.CharField(max_length=LONGEST_REASON, blank=True, help_text="Why it was cancelled.")
    series = models.ForeignKey(MaintenanceSeries, on_delete=models.PROTECT, null=True, related_name="windows")
    occurs_at = models.DateTimeField(null=True, help_text="The instant of its series that it was made for.")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = (
            # What the audience's key points at: a window for everybody has none.
            models.UniqueConstraint(fields=("id", "for_all"), name="status_window_for_whom"),
            models.UniqueConstraint(fields=("series", "occurs_at"), name="status_window_made_once"),
            models.CheckConstraint(condition=~models.Q(title=""), name="status_window_titled"),
            models.CheckConstraint(condition=models.Q(impact__in=ImpactLevel.values), name="status_window_impact"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="status_window_ends_later"
            ),
            models.CheckConstraint(
                condition=models.Q(cancelled_at__isnull=True, cancellation="")
                | (models.Q(cancelled_at__isnull=False) & ~models.Q(cancellation="")),
                name="status_window_cancelled_why",
            ),
            models.CheckConstraint(
                condition=models.Q(published_at__isnull=False)
                | models.Q(started_at__isnull=True, verifying_at__isnull=True, completed_at__isnull=True),
                name="status_window_told_first",
            ),
            models.CheckConstraint(
                condition=models.Q(series__isnull=True, occurs_at__isnull=True)
                | models.Q(series__isnull=False, occurs_at__isnull=False),
                name="status_window_of_series",
            ),
        )
        indexes = (
            models.Index(fields=("-begins_at", "-id"), name="status_window_by_start"),
            models.Index(fields=("ends_at",), name="status_window_by_end"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def names(self) -> list[str]:
        """The components that it may affect, as they are at hand; none: all of them."""
        return [row.component.name for row in self.components.all()]

    @property
    def is_draft(self) -> bool:
        return self.published_at is None

    @property
    def is_cancelled(self) -> bool:
        return self.cancelled_at is not None


class WindowAudience(TenantModel):
    """One organisation that may know of a window which is not for all. None learns which others there are."""

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, related_name="audience")
    for_all = models.BooleanField(default=False, db_default=False, help_text="Repeated: its window is not for all.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("organisation", "window"), name="status_window_audience_once"),
            models.CheckConstraint(condition=models.Q(for_all=False), name="status_window_audience_of_listed"),
        )


class WindowComponent(models.Model):
    """A component that the work may affect. A window that names none may affect them all."""

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, related_name="components", db_index=False)
    component = models.ForeignKey(Component, on_delete=models.PROTECT, related_name="windows")

    class Meta:
        constraints = (models.UniqueConstraint(fields=("window", "component"), name="status_window_component_once"),)


class WindowAnnouncement(models.Model):
    """What was told of a window's times, one row a revision. Append-only, but for the instant its mails were queued.

    The notice counts from the later of the two instants; without the second there is none.
    """

    window = models.ForeignKey(
        MaintenanceWindow, on_delete=models.PROTECT, related_name="announcements", db_index=False
    )
    revision = models.PositiveIntegerField()
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    published_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True, help_text="When its mails were really queued: set once, by who did.")
    reason = models.CharField(max_length=LONGEST_REASON, blank=True, help_text="Why it was moved.")
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("window", "revision"), name="status_announced_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("begins_at")), name="status_announced_ends_later"
            ),
        )


class WindowCorrection(models.Model):
    """What a window said until its words were corrected. Append-only: what was told stays to be read."""

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, related_name="corrections")
    title = models.CharField(max_length=LONGEST_TITLE)
    body = models.TextField(blank=True)
    corrected_at = models.DateTimeField()
    author = models.ForeignKey(StaffMember, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    author_name = models.CharField(max_length=120)


class NoticeKind(models.TextChoices):
    """What a mail tells of a window."""

    PUBLISHED = "published", _("announced")
    MOVED = "moved", _("moved")
    IN_TWO_DAYS = "in_48_hours", _("48 hours before")
    IN_A_DAY = "in_24_hours", _("24 hours before")
    IN_AN_HOUR = "in_1_hour", _("1 hour before")
    STARTED = "started", _("begun")
    OVERRUN = "overrun", _("takes longer")
    COMPLETED = "completed", _("completed")
    CANCELLED = "cancelled", _("cancelled")


class WindowNotice(models.Model):
    """One notice of one revision: written with its mails, so that it goes once, whoever dies.

    One that had lost its sense when its turn came went to nobody, and says so.
    """

    window = models.ForeignKey(MaintenanceWindow, on_delete=models.PROTECT, related_name="notices", db_index=False)
    kind = models.CharField(max_length=12, choices=NoticeKind)
    revision = models.PositiveIntegerField()
    recorded_at = models.DateTimeField()
    recipients = models.PositiveIntegerField(default=0)
    dropped = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("window", "kind", "revision"), name="status_notice_once"),
            models.CheckConstraint(condition=models.Q(kind__in=NoticeKind.values), name="status_notice_kind"),
        )


class UsualWindow(models.Model):
    """A time of the week, in the page's zone, in which maintenance is usual: policy data, and public."""

    weekday = models.PositiveSmallIntegerField(help_text="0 is Monday.")
    opens = models.TimeField()
    closes = models.TimeField(help_text="At or before its opening: on the day after.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("weekday", "opens"), name="status_usual_once"),
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="status_usual_weekday"),
            models.CheckConstraint(condition=~models.Q(opens=models.F("closes")), name="status_usual_has_length"),
        )

    @property
    def day(self) -> str:
        """The weekday by its name."""
        return str(WEEKDAYS[self.weekday])

    @property
    def wraps(self) -> bool:
        """Whether it closes on the day after."""
        return self.closes <= self.opens

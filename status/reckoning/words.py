"""Figures and reasons in words, the same on every page, file and mail."""

from datetime import datetime
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.lib.instants import wall_text
from status.uptime.reasons import Reason, Refused
from status.zone import PAGE_ZONE

REASONS = {
    Reason.SCHEDULED_MAINTENANCE: gettext_lazy("Scheduled maintenance"),
    Reason.FORCE_MAJEURE: gettext_lazy("Force majeure"),
    Reason.CUSTOMER_CAUSED: gettext_lazy("Caused by the client"),
    Reason.CUSTOMER_NETWORK: gettext_lazy("The client’s own network"),
    Reason.CUSTOMER_REQUESTED: gettext_lazy("Asked for by the client"),
    Reason.SUSPENSION: gettext_lazy("Suspension"),
    Reason.THIRD_PARTY_CUSTOMER_INTEGRATION: gettext_lazy("The client’s own integration"),
    Reason.BETA_FEATURE: gettext_lazy("Beta feature"),
    Reason.THIRD_PARTY_PROVIDER: gettext_lazy("A provider of ours"),
    Reason.EMERGENCY_MAINTENANCE: gettext_lazy("Emergency maintenance"),
    Reason.DENIAL_OF_SERVICE: gettext_lazy("Denial of service"),
    Reason.BELOW_MINIMUM_DURATION: gettext_lazy("Shorter than what counts"),
}
REFUSALS = {
    Refused.NOT_ON_THE_LIST: gettext_lazy("not on the closed list of reasons"),
    Refused.COMPUTED_NEVER_TYPED: gettext_lazy("this reason is computed, never typed"),
    Refused.SWITCHED_OFF: gettext_lazy("this reason is not agreed"),
    Refused.NOT_APPROVED: gettext_lazy("not approved by a second person"),
    Refused.NO_EVIDENCE: gettext_lazy("no evidence"),
    Refused.ONE_ORGANISATION_ONLY: gettext_lazy("a reason that counts in one client’s figure alone"),
    Refused.NOT_A_BETA_COMPONENT: gettext_lazy("the component was no beta feature before"),
    Refused.NEVER_ANNOUNCED: gettext_lazy("never announced, or its mails were never queued"),
    Refused.CANCELLED: gettext_lazy("cancelled"),
    Refused.SHORT_NOTICE: gettext_lazy("short notice: any downtime counts"),
    Refused.OUTSIDE_USUAL_WINDOWS: gettext_lazy("outside the usual windows"),
}


def minutes_text(minutes: Fraction) -> str:
    """`45 min`, `223.2 min`: at most two places; the files have the exact number."""
    text = f"{float(round(minutes, 2)):,.2f}".rstrip("0").rstrip(".")
    return f"{text} min"


def whole_minutes(minutes: Fraction) -> str:
    """As `minutes_text`, without the unit."""
    return minutes_text(minutes).removesuffix(" min")


def span_of(begins: datetime, ends: datetime) -> str:
    """`Sat 11 Apr 2026, 01:00 – 03:00`, in the page's zone; the second day is named where it differs."""
    first, last = wall_text(begins, PAGE_ZONE), wall_text(ends, PAGE_ZONE)
    same_day = first.rpartition(", ")[0] == last.rpartition(", ")[0]
    return f"{first} – {last.rpartition(', ')[2] if same_day else last}"


def reason_text(reason: str) -> str:
    """A reason of the closed list in words."""
    return str(REASONS[Reason(reason)])


def budget_text(total: Fraction, used: Fraction, left: Fraction) -> str:
    """`216 min this month, 45 used, 171 left`, or `… 300 used, 84 over budget`."""
    said = {"total": minutes_text(total), "used": whole_minutes(used), "left": whole_minutes(abs(left))}
    if left < 0:
        return _("%(total)s this month, %(used)s used, %(left)s over budget") % said
    return _("%(total)s this month, %(used)s used, %(left)s left") % said

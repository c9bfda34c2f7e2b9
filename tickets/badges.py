"""The small marks that rows and pages share: severity, state, level, due. Each says in words what its look says.

Written here and not as templates, because a list shows some two hundred of them and a template costs more than its
words. The database's values are the only ones that reach the constants; everything else is escaped.
"""

from functools import lru_cache
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString

from helpdesk.lib.instants import instant_text
from helpdesk.lib.templatetags.times import short_instant, span
from sla.models import Severity
from tickets.due import Chip
from tickets.models import TicketState

PAUSED = SafeString('<span class="due paused">paused</span>')
OUTSIDE = SafeString('<span class="due paused">outside support</span>')
NO_DEADLINE = SafeString('<span class="due none">no deadline</span>')


@lru_cache(maxsize=64)
def severity_badge(severity: str) -> SafeString:
    """`P1 Critical`."""
    return format_html('<span class="sev sev-{}">{}</span>', severity, Severity(severity).label)


@lru_cache(maxsize=64)
def state_badge(state: str, withdrawn: bool) -> SafeString:
    """The state in words; a ticket that the client withdrew says so while it is resolved."""
    shown = TicketState(state)
    label = "Withdrawn" if withdrawn and shown is TicketState.RESOLVED else shown.label
    return format_html('<span class="state state-{}">{}</span>', shown.value, label)


@lru_cache(maxsize=64)
def level_badge(level: int) -> SafeString:
    """`Level 2`, with three marks."""
    return format_html('<span class="level level-{0}"><i></i><i></i><i></i>Level {0}</span>', level)


def due_badge(chip: Chip, zone: str) -> SafeString:
    """A due chip in words, its instants in the reader's zone."""
    if chip.due is None:
        if chip.look != "paused":
            return format_html('<span class="due none">{}</span>', chip.what) if chip.what else NO_DEADLINE
        return OUTSIDE if chip.what else PAUSED
    # Instants and spans are our own digits and names; the zone's name is the only text that was ever typed.
    title, short = escape(instant_text(chip.due, zone)), short_instant(chip.due, zone)
    when = f'<time datetime="{chip.due.isoformat()}" title="{title}">{short}</time>'
    look = f"{'' if chip.look == 'due' else chip.look}{' amber' if chip.amber else ''}"
    return SafeString(f'<span class="due {look}"><span>{_words(chip, when)}</span></span>')


def _words(chip: Chip, when: str) -> str:
    left = f'<span class="bit"><span class="dot">· </span>{span(chip.left)} of support time'
    if chip.look == "overdue":
        said = f'<span class="bit">overdue since {when}</span>'
        return f"{said} {left} ago</span>" if chip.left else said
    latest = ", at the earliest" if chip.provisional else ""
    return f'<span class="bit">due {when}{latest}</span> {left} left</span>'

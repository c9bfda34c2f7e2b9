"""Figures of uptime in templates: `{{ totals.uptime|per_cent }}`, `{{ totals.counted|minutes }}`."""

from datetime import timedelta
from fractions import Fraction

from django import template

from helpdesk.lib.instants import span_text
from status.reckoning.budget import Budget
from status.reckoning.words import budget_text, minutes_text, reason_text
from status.uptime.figures import display

register = template.Library()


@register.filter
def per_cent(value: Fraction) -> str:
    """`99.930 %`: cut off after three places, never rounded up."""
    return f"{display(value)} %"


@register.filter
def minutes(value: Fraction) -> str:
    """`223.2 min`."""
    return minutes_text(value)


@register.filter
def hours(value: timedelta) -> str:
    """`48 h`."""
    return span_text(value)


@register.filter
def reason(value: str) -> str:
    """A reason of the closed list in words."""
    return reason_text(value)


@register.filter
def budget(value: Budget) -> str:
    """`216 min this month, 45 used, 171 left`."""
    return budget_text(value.total, value.used, value.left)

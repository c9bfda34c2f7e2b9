"""How a component or the whole service stands at an instant: how badly it is affected, or that work on it is under way.

One order for all that tells of it, page, badge, feeds and machines' formats: the later, the more it hides the others.
"""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from status.models import ImpactLevel


class Standing(models.TextChoices):
    """What a part's state is called; the later, the worse."""

    OPERATIONAL = "operational", _("Operational")
    MAINTENANCE = "under_maintenance", _("Under maintenance")
    DEGRADED = "degraded_performance", _("Degraded performance")
    PARTIAL = "partial_outage", _("Partial outage")
    MAJOR = "major_outage", _("Major outage")


_RANKS = {standing.value: rank for rank, standing in enumerate(Standing)}
_WORDS = {
    Standing.OPERATIONAL: _("Everything works"),
    Standing.MAINTENANCE: _("Maintenance is under way"),
    Standing.DEGRADED: _("Degraded performance"),
    Standing.PARTIAL: _("Partial outage"),
    Standing.MAJOR: _("Major outage"),
}


def standing_of(level: str, *, in_maintenance: bool) -> Standing:
    """What is broken is broken, also during maintenance."""
    if level == ImpactLevel.OPERATIONAL:
        return Standing.MAINTENANCE if in_maintenance else Standing.OPERATIONAL
    return Standing(level)


def worst_standing(standings: Iterable[str]) -> Standing:
    """The worst of these; operational of none."""
    return Standing(max(standings, key=_RANKS.__getitem__, default=Standing.OPERATIONAL))


def words_for(standing: Standing, *, has_issues: bool) -> str:
    """The whole service in a few words. Issues that affect no component's state are told of, too."""
    if standing is Standing.OPERATIONAL and has_issues:
        return str(_("Everything works, with known issues"))
    return str(_WORDS[standing])

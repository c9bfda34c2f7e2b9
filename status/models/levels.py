"""How badly a component is affected, from not at all to completely, in the words of the uptime engine."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _

from status.uptime.facts import Level


class ImpactLevel(models.TextChoices):
    """What a component's state is called; the later, the worse."""

    OPERATIONAL = Level.OPERATIONAL.value, _("Operational")
    DEGRADED = Level.DEGRADED.value, _("Degraded performance")
    PARTIAL = Level.PARTIAL.value, _("Partial outage")
    MAJOR = Level.MAJOR.value, _("Major outage")


_RANKS = {level.value: rank for rank, level in enumerate(ImpactLevel)}


def rank_of(level: str) -> int:
    """How bad a level is: 0 for operational, the more the worse."""
    return _RANKS[level]


def worst_of(levels: Iterable[str]) -> ImpactLevel:
    """The worst of these levels; operational of none."""
    return ImpactLevel(max(levels, key=_RANKS.__getitem__, default=ImpactLevel.OPERATIONAL))

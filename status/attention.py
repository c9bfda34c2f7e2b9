"""What staff must not overlook: drafts that a probe opened. The worker keeps them in the cache for pages."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.cache import cache

from helpdesk.lib.tenancy import tenant_key
from status.models import Incident

NOBODY = 0  # no organisation has this key: a probe's drafts are for everybody, and staff alone are told
SECONDS = 120  # the worker writes it anew with every turn
MOST = 3


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A draft that waits for a person."""

    public_id: str
    title: str
    since: datetime
    lasts: bool


def keep_attention() -> None:
    """Keep the newest drafts that probes opened and nobody has published or ended. Needs the system scope."""
    drafts = Incident.objects.filter(
        for_all=True, published_at__isnull=True, resolved_at__isnull=True, retracted_at__isnull=True
    )
    found = drafts.filter(probe_runs__isnull=False).distinct().order_by("-pk")[:MOST]
    cache.set(_key(), [_values(one) for one in found], SECONDS)


def waiting() -> list[Waiting]:
    """What the cache holds; nothing where it is away."""
    return [Waiting(**values) for values in cache.get(_key()) or ()]


def _values(incident: Incident) -> dict[str, Any]:
    return {
        "public_id": str(incident.public_id),
        "title": incident.title,
        "since": incident.started_at,
        "lasts": incident.level != "operational",
    }


def _key() -> str:
    return tenant_key(NOBODY, "status", "attention")

"""What the audit log is narrowed to, read from an address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Q

FIELDS = ("log", "organisation", "person", "action", "subject", "from", "until")
LOGS = ("organisations", "vendor")
FIRST = {"before": 0, "after": 1}  # the database keeps no order of names
ACTION = re.compile(r"[a-z_]+(\.[a-z_]*)?")


class UnknownFilter(ValueError):
    """The address holds a value that means nothing; the message is for the person."""

    status = 400


class ForeignLog(UnknownFilter):
    """The address asks for a log that this person may not read."""

    status = 403


@dataclass(frozen=True, kw_only=True)
class AuditFilters:
    """Which entries are wanted. `since` and `until` are UTC instants, `until` excluded."""

    vendor: bool = False
    organisation_id: int | None = None
    person: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None
    raw: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_narrowed(self) -> bool:
        return bool(set(self.raw) - {"log"})

    def condition(self) -> Q:
        """The filters as a condition on the rows of either log."""
        wanted = Q()
        if self.organisation_id is not None:
            wanted &= Q(organisation_id=self.organisation_id)
        if self.person:
            wanted &= Q(actor__email=self.person.lower()) if "@" in self.person else Q(actor_name__iexact=self.person)
        if self.action:
            wanted &= Q(action__startswith=self.action) if self.action.endswith(".") else Q(action=self.action)
        if self.subject:
            wanted &= Q(subject__iexact=self.subject)
        if self.since is not None:
            wanted &= Q(at__gte=self.since)
        return wanted & Q(at__lt=self.until) if self.until is not None else wanted


def read_filters(
    given: Mapping[str, str], *, organisations: Mapping[str, int], vendor: bool, zone: str
) -> AuditFilters:
    """Read the filters; days are those of the zone. `organisations` are the ids that may be asked for, by key.

    `vendor` says whether the vendor's log may be: it names people and acts of every organisation. Raises
    `UnknownFilter` for a value that means nothing, `ForeignLog` for that log.
    """
    raw = {name: given.get(name, "").strip() for name in FIELDS}
    log, key = raw["log"] or LOGS[0], raw["organisation"].upper()
    if log not in LOGS:
        raise UnknownFilter(f"“{log[:40]}” is no log. There are two: organisations and vendor.")
    if log == "vendor" and not vendor:
        raise ForeignLog("The vendor's log is for admins who serve every organisation.")
    if key and key not in organisations:
        raise UnknownFilter(f"“{key[:40]}” is no organisation that you serve.")
    if key and log == "vendor":
        raise UnknownFilter("The vendor's log belongs to no organisation. Choose one or the other.")
    if raw["action"] and not ACTION.fullmatch(raw["action"]):
        raise UnknownFilter(f"“{raw['action'][:40]}” is no action: they are called like ticket.resolve.")
    for name in ("person", "subject"):
        _storable(raw[name])
    return AuditFilters(
        vendor=log == "vendor",
        organisation_id=organisations.get(key),
        person=raw["person"],
        action=raw["action"],
        subject=raw["subject"],
        since=_day(raw["from"], zone=zone),
        until=_day(raw["until"], zone=zone, after=True),
        raw={name: value for name, value in raw.items() if value},
    )


def _day(text: str, *, zone: str, after: bool = False) -> datetime | None:
    """The beginning of the day in the zone; with `after` that of the next one, so that the day counts wholly."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text) + timedelta(days=int(after))
        return datetime.combine(day, time(), tzinfo=ZoneInfo(zone))
    except (ValueError, OverflowError):
        raise UnknownFilter(f"“{text[:40]}” is no date. Write it like this: 2026-12-25.") from None


def _storable(text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UnknownFilter("This text holds a character that cannot be searched.") from None
    if "\0" in text or len(text) > 254:
        raise UnknownFilter("This text cannot be searched.")


def before_key(text: str) -> int | None:
    """The id behind which a further page begins; None for the first. Raises `UnknownFilter` for a damaged one."""
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) <= 18):
        raise UnknownFilter("This address of a further page is damaged. Start again from the first.")
    return int(text)


def in_words(data: Any) -> list[tuple[str, str]]:
    """What an entry's data say, as pairs to read: `role before` and `user`; lists with commas, nested names joined."""
    return list(_flat(data, ""))


def _flat(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        for key in sorted(value, key=lambda name: FIRST.get(name, len(FIRST))):
            yield from _flat(value[key], f"{name} {key}".strip().replace("_", " "))
    elif isinstance(value, list):
        yield name, ", ".join(str(one) for one in value) or "none"
    else:
        yield name, "none" if value in (None, "") else str(value)

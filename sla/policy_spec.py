"""A policy version as plain data: read from its rows, judged, drawn as unsaved rows, and compared in words.

So a draft can be kept, previewed and published later. Times are support minutes.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from helpdesk.lib.errors import DomainError
from sla.models import PolicyVersion, Reading, Severity, Target
from sla.versions import target_rows

Spec = Mapping[str, Any]
MOST_MINUTES = 200_000  # of one promise: more than a year of working days
LONGEST_LIST, LONGEST_ITEM = 30, 300
FIGURES = (
    "working_day_minutes",
    "reading",
    "warn_percent",
    "reopen_minutes",
    "waiting_pauses_response",
    "waiting_pauses_resolution",
    "users_part",
    "not_covered",
    "maintenance_notice_hours",
    "statements",
)
MINUTES = ("response_minutes", "target_minutes", "limit_minutes")
COLUMNS = ("severity", *MINUTES, "name", "definition", "response_text", "resolution_text")


def spec_of(version: PolicyVersion) -> dict[str, Any]:
    """The version as data, its severities under `targets`."""
    figures = {name: getattr(version, name) for name in FIGURES} | {"uptime_percent": str(version.uptime_percent)}
    return figures | {"targets": [{name: getattr(row, name) for name in COLUMNS} for row in target_rows(version.pk)]}


def drawn(spec: Spec) -> tuple[PolicyVersion, list[Target]]:
    """The unsaved rows of a specification; number, date and reason are the caller's."""
    version = PolicyVersion(uptime_percent=Decimal(spec["uptime_percent"]), **{name: spec[name] for name in FIGURES})
    return version, [Target(**{name: row[name] for name in COLUMNS}) for row in spec["targets"]]


def check_spec(spec: Spec) -> None:
    """Raises `DomainError` for a policy that promises nothing, contradicts itself or cannot be counted."""
    for fault in faults_of(spec):
        raise fault


def faults_of(spec: Spec) -> Iterator[DomainError]:
    """Everything that is wrong with a policy, each with its field: `working_day_minutes`, `P1-limit_minutes`."""
    yield from _figure_faults(spec)
    rows = list(spec["targets"])
    if sorted(row["severity"] for row in rows) != sorted(Severity.values):
        yield DomainError(_("A policy speaks of each severity once: P1, P2, P3 and P4."))
        return
    if not any(row[name] for row in rows for name in MINUTES):
        yield DomainError(_("A policy without targets promises nothing: give at least one severity a time."))
        return
    own = [fault for row in rows for fault in _row_faults(row)]
    yield from own or _order_faults(rows)


def differences(before: Spec, after: Spec) -> list[str]:
    """What the second says otherwise, a line each; empty for the same policy."""
    found = [
        f"{row['severity']}, {_column_words(name)}: {_said(row[name])} → {_said(changed[name])}"
        for row, changed in zip(before["targets"], after["targets"], strict=True)
        for name in COLUMNS
        if row[name] != changed[name]
    ]
    names = [*FIGURES, "uptime_percent"]
    return found + [_figure_words(name, before, after) for name in names if _differs(name, before, after)]


def _figure_faults(spec: Spec) -> Iterator[DomainError]:
    if not 1 <= spec["working_day_minutes"] <= 1440:
        yield DomainError(_("A working day has 1 to 1440 support minutes."), field="working_day_minutes")
    if not 1 <= spec["warn_percent"] <= 99:
        yield DomainError(_("The warning comes after 1 to 99 per cent of a budget."), field="warn_percent")
    if not 0 <= spec["reopen_minutes"] <= MOST_MINUTES:
        yield DomainError(_("The reopen window is longer than can be counted."), field="reopen_minutes")
    if spec["reading"] not in Reading.values:
        yield DomainError(_("Choose how a working day is read."), field="reading")
    for name in ("users_part", "not_covered"):
        items = spec[name]
        if not items:
            yield DomainError(_("An empty list tells nobody anything: write at least one line."), field=name)
        if len(items) > LONGEST_LIST or any(len(item) > LONGEST_ITEM for item in items):
            said = _("At most %(lines)d lines of %(signs)d characters.")
            yield DomainError(said % {"lines": LONGEST_LIST, "signs": LONGEST_ITEM}, field=name)


def _row_faults(row: Mapping[str, Any]) -> Iterator[DomainError]:
    """The words of a refusal speak of one severity; its field says which."""
    severity = row["severity"]
    for name, said in (("name", _("Say what the severity is called.")), ("definition", _("Say what it means."))):
        if not row[name].strip():
            yield DomainError(said, field=f"{severity}-{name}")
    uncountable = [name for name in MINUTES if row[name] is not None and not 1 <= row[name] <= MOST_MINUTES]
    for name in uncountable:
        said = _("A promise is of 1 to %(most)d support minutes; leave it empty for none.")
        yield DomainError(said % {"most": MOST_MINUTES}, field=f"{severity}-{name}")
    if uncountable:
        return
    response, target, limit = (row[name] for name in MINUTES)
    if (target is None) != (limit is None):
        said = _("Target and limit go together. Where there is no range, write the same for both.")
        yield DomainError(said, field=f"{severity}-{'target' if limit else 'limit'}_minutes")
    elif target is not None and target > limit:
        yield DomainError(_("The target is later than the limit."), field=f"{severity}-target_minutes")
    if response is not None and limit is not None and response > limit:
        said = _("The first response would be due after the resolution’s limit.")
        yield DomainError(said, field=f"{severity}-response_minutes")


def _order_faults(rows: Sequence[Mapping[str, Any]]) -> Iterator[DomainError]:
    """A more severe ticket is never promised later: raising a severity would otherwise be a trap (POLICY 5)."""
    ordered = sorted(rows, key=lambda row: str(row["severity"]))
    for name in MINUTES:
        for above, below in pairwise(ordered):
            if below[name] is None or (above[name] is not None and above[name] <= below[name]):
                continue
            if above[name] is None:
                said = _("%(below)s, which is less severe, is promised a time here: promise one too.")
            else:
                said = _("This is later than for %(below)s, which is less severe.")
            yield DomainError(said % {"below": below["severity"]}, field=f"{above['severity']}-{name}")


def _differs(name: str, before: Spec, after: Spec) -> bool:
    if name == "uptime_percent":
        return Decimal(before[name]) != Decimal(after[name])
    return bool(before[name] != after[name])


def _figure_words(name: str, before: Spec, after: Spec) -> str:
    words = {
        "working_day_minutes": _("working day"),
        "reading": _("reading of a working day"),
        "warn_percent": _("warning, per cent of a budget"),
        "reopen_minutes": _("reopen window"),
        "waiting_pauses_response": _("waiting pauses the response"),
        "waiting_pauses_resolution": _("waiting pauses the resolution"),
        "users_part": _("users’ part"),
        "not_covered": _("not covered"),
        "maintenance_notice_hours": _("hours of notice before maintenance"),
        "statements": _("further words"),
        "uptime_percent": _("uptime, per cent of a month"),
    }
    if isinstance(before[name], list):
        return _("%(what)s: %(many)d lines, changed") % {"what": words[name], "many": len(after[name])}
    return f"{words[name]}: {_said(before[name])} → {_said(after[name])}"


def _column_words(name: str) -> str:
    return {
        "name": _("name"),
        "definition": _("definition"),
        "response_text": _("response in words"),
        "resolution_text": _("resolution in words"),
        "response_minutes": _("first response, minutes"),
        "target_minutes": _("resolution target, minutes"),
        "limit_minutes": _("resolution limit, minutes"),
    }[name]


def _said(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return _("none") if value is None else str(value)

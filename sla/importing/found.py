"""What a list from elsewhere says of a date, and what is wrong with the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from sla.operations.calendar_changes import CATEGORIES

MOST_BYTES = 500_000
MOST_DAYS = 400
MOST_FAULTS = 20


@dataclass(frozen=True)
class Found:
    """One date of a list."""

    date: date
    name: str
    categories: tuple[str, ...]
    source: str


class ListFault(ValueError):
    """A list that cannot be taken; `faults` say why, with the line where there is one, and `field` what brought it."""

    def __init__(self, faults: Sequence[str], *, field: str = "file") -> None:
        super().__init__("; ".join(faults))
        self.field = field
        self.faults = list(faults[:MOST_FAULTS])
        if len(faults) > MOST_FAULTS:
            self.faults.append(_("… and %(n)d more.") % {"n": len(faults) - MOST_FAULTS})


class AtLine(str):
    """A fault in words that knows its line, so that faults are told in the order of the list."""

    line = 0


def at_line(line: int, said: str) -> AtLine:
    """`Line 3: there is no date “2026-02-30”.`"""
    told = AtLine(_("Line %(line)d: %(said)s") % {"line": line, "said": said})
    told.line = line
    return told


def unknown_categories(names: Sequence[str]) -> str:
    """What to say of categories that are none of ours; empty where all are."""
    unknown = [name for name in names if name not in CATEGORIES]
    if not unknown:
        return ""
    known = ", ".join(CATEGORIES)
    return _("“%(name)s” is no category; there are %(known)s.") % {"name": unknown[0], "known": known}


def checked(found: Sequence[tuple[int, Found]], faults: list[str], *, year: int) -> list[Found]:
    """The dates in order. Raises `ListFault` for another year, a date twice, none at all, or earlier faults."""
    lines: dict[date, int] = {}
    for line, one in found:
        if one.date.year != year:
            said = _("%(date)s is not in %(year)d.") % {"date": one.date.isoformat(), "year": year}
            faults.append(at_line(line, said))
        elif one.date in lines:
            said = _("%(date)s stands on line %(first)d already.")
            faults.append(at_line(line, said % {"date": one.date.isoformat(), "first": lines[one.date]}))
        lines.setdefault(one.date, line)
    if not found and not faults:
        faults.append(_("There is no date in this list."))
    if len(found) > MOST_DAYS:
        faults.append(_("A year's list has at most %(most)d dates.") % {"most": MOST_DAYS})
    if faults:
        raise ListFault(sorted(faults, key=lambda one: getattr(one, "line", 0)))
    return sorted((one for _line, one in found), key=lambda one: one.date)


def as_text(content: bytes) -> str:
    """The content as text. Raises `ListFault` for too much of it, and for what is no UTF-8."""
    if len(content) > MOST_BYTES:
        raise ListFault([_("The file is larger than %(most)d kB.") % {"most": MOST_BYTES // 1000}])
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ListFault([at_line(line, _("this is no UTF-8 text."))]) from None

"""A list from elsewhere beside a calendar's own: what taking it would add, change and remove."""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import date

from sla.importing.found import Found
from sla.models import Calendar, Holiday
from sla.operations.calendar_changes import CATEGORIES, Change

KINDS = {"holiday.add": "added", "holiday.change": "changed", "holiday.remove": "removed"}


@dataclass(frozen=True)
class Difference:
    """One date on which the two differ: `kind` is added, changed or removed; `taken` whether it is ticked at first."""

    kind: str
    change: Change
    before: Holiday | None
    taken: bool

    @property
    def day(self) -> date:
        return date.fromisoformat(self.change["date"])


def differences(calendar: Calendar, *, year: int, found: Sequence[Found], is_partial: bool) -> list[Difference]:
    """In order of date. A partial list (it lacks categories by its nature) only adds: to dates and to categories.

    Of such a list nothing that stands is ticked, so that what it does not know is not lost.
    """
    rows = {row.date: row for row in calendar.holidays.filter(date__year=year)}
    found_days = {one.date for one in found}
    result = [one for each in found if (one := _compared(rows.get(each.date), each, is_partial=is_partial)) is not None]
    gone = [row for day, row in rows.items() if day not in found_days and not is_partial]
    result += [Difference("removed", _removal(row), row, taken=False) for row in gone]
    return sorted(result, key=lambda one: str(one.change["date"]))


def shown_again(calendar: Calendar, changes: Sequence[Change], *, ticked: Container[str]) -> list[Difference]:
    """The differences that a proposal has kept as changes, beside the calendar as it is now.

    `ticked`: their places, as a form sends them.
    """
    rows = {row.date.isoformat(): row for row in calendar.holidays.filter(date__in=[one["date"] for one in changes])}
    return [
        Difference(KINDS[one["do"]], one, rows.get(one["date"]), taken=str(place) in ticked)
        for place, one in enumerate(changes)
    ]


def _compared(row: Holiday | None, found: Found, *, is_partial: bool) -> Difference | None:
    if row is None:
        return Difference(
            "added", _change("holiday.add", found, found.categories, found.name), None, taken=not is_partial
        )
    wanted = set(found.categories) | (set(row.categories) if is_partial else set())
    name = row.name if is_partial else found.name
    if wanted == set(row.categories) and name == row.name:
        return None
    categories = tuple(one for one in CATEGORIES if one in wanted)
    return Difference("changed", _change("holiday.change", found, categories, name), row, taken=not is_partial)


def _change(do: str, found: Found, categories: Sequence[str], name: str) -> Change:
    said = {"name": name, "categories": list(categories), "source": found.source}
    return {"do": do, "date": found.date.isoformat(), **said}


def _removal(row: Holiday) -> Change:
    return {"do": "holiday.remove", "date": row.date.isoformat(), "name": row.name}

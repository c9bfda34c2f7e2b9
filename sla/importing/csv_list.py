"""A year's holidays as CSV: `date,name,categories,source`, categories with semicolons between."""

import csv
import io
from datetime import date

from django.utils.translation import gettext as _

from sla.importing.found import Found, ListFault, as_text, at_line, checked, unknown_categories

COLUMNS = ("date", "name")
csv.field_size_limit(10_000)


def read_csv(content: bytes, *, year: int, categories: list[str], source: str) -> list[Found]:
    """The dates of the list; `categories` and `source` stand where a row has none. Raises `ListFault` by line."""
    rows = csv.DictReader(io.StringIO(as_text(content), newline=""), strict=True)
    found: list[tuple[int, Found]] = []
    faults: list[str] = []
    try:
        names = [(name or "").strip().lower() for name in rows.fieldnames or ()]
        missing = [name for name in COLUMNS if name not in names]
        if missing:
            said = _("the columns %(missing)s are missing; the first line names date, name, categories, source.")
            raise ListFault([at_line(1, said % {"missing": ", ".join(missing)})])
        rows.fieldnames = names
        for row in rows:
            one = _row(row, categories, source)
            if isinstance(one, Found):
                found.append((rows.line_num, one))
            else:
                faults.append(at_line(rows.line_num, one))
    except csv.Error as error:
        faults.append(at_line(rows.reader.line_num, _("this is no CSV: %(error)s.") % {"error": error}))
    return checked(found, faults, year=year)


def _row(row: dict[str, str | None], categories: list[str], source: str) -> Found | str:
    """The row's date, or what is wrong with it."""
    text, name = (row.get("date") or "").strip(), (row.get("name") or "").strip()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return _("there is no date “%(text)s”; write it as 2026-12-25.") % {"text": text[:40]}
    if not name:
        return _("the name is missing.")
    typed = [part.strip().lower() for part in (row.get("categories") or "").split(";") if part.strip()]
    wrong = unknown_categories(typed)
    if wrong:
        return wrong
    return Found(day, name[:120], tuple(typed or categories), ((row.get("source") or "").strip() or source)[:300])

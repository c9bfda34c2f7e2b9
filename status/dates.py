"""Days and months in addresses: `2026-11-24`, `2026-11`."""

import re
from datetime import date

EARLIEST, LATEST = date(2000, 1, 1), date(2199, 12, 31)
DAY, MONTH = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII), re.compile(r"(\d{4})-(\d{2})", re.ASCII)


def parse_day(text: str) -> date:
    """The day; raises `ValueError` for one that there is not."""
    found = DAY.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _within(date(int(found[1]), int(found[2]), int(found[3])))


def parse_month(text: str) -> date:
    """The first day of the month; raises `ValueError` for one that there is not."""
    found = MONTH.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return _within(date(int(found[1]), int(found[2]), 1))


def month_text(first: date) -> str:
    return f"{first:%Y-%m}"


def _within(day: date) -> date:
    if not EARLIEST <= day <= LATEST:
        raise ValueError(day)
    return day

"""A recurrence rule as people say it: “every second week on Saturday”, “on the second Sunday of each month”."""

from collections.abc import Mapping

from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
# What the form offers; any other rule can be typed.
USUAL_RULES = (
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=SA",
    "FREQ=WEEKLY;BYDAY=SU",
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=SA",
    "FREQ=MONTHLY;BYDAY=1SU",
    "FREQ=MONTHLY;BYDAY=2SU",
    "FREQ=MONTHLY;BYDAY=-1SA",
    "FREQ=MONTHLY;BYMONTHDAY=1",
)


def rule_words(rule: str) -> str:
    """The kept rule in words; the rule itself where it says more than these words can."""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    return _told(parts) or rule


def _told(parts: Mapping[str, str]) -> str:
    frequency, days = parts.get("FREQ", ""), parts.get("BYDAY", "").split(",")
    match frequency, sorted(set(parts) - {"FREQ", "INTERVAL"}):
        case "DAILY", []:
            return _every(parts, _("every day"), _("every second day"))
        case "WEEKLY", ["BYDAY"] if set(days) <= set(CODES):
            named = ", ".join(str(WEEKDAYS[CODES.index(day)]) for day in days)
            words = _every(parts, _("every week on %s"), _("every second week on %s"))
            return words and words % named
        case "MONTHLY", ["BYDAY"] if len(days) == 1 and days[0][-2:] in CODES:
            which, day = _ordinals().get(days[0][:-2], ""), str(WEEKDAYS[CODES.index(days[0][-2:])])
            words = _every(parts, _("on the %(which)s %(day)s of each month"), "")
            return words % {"which": which, "day": day} if which and words else ""
        case "MONTHLY", ["BYMONTHDAY"] if parts["BYMONTHDAY"].isascii() and parts["BYMONTHDAY"].isdecimal():
            words = _every(parts, _("on day %s of each month"), "")
            return words and words % parts["BYMONTHDAY"]
    return ""


def _every(parts: Mapping[str, str], one: str, second: str) -> str:
    return {"1": one, "2": second}.get(parts.get("INTERVAL", "1"), "")


def _ordinals() -> Mapping[str, str]:
    first = {"1": _("first"), "2": _("second"), "3": _("third"), "4": _("fourth"), "-1": _("last")}
    return first | {f"+{number}": words for number, words in first.items()}

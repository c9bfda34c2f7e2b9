"""The banner: what it says to one person, and what they have put away, which their browser remembers."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest

from helpdesk.accounts.members import Member
from status.headlines import headlines_for, without

COOKIE = "put-away"
MOST_MARKS = 20
MARK_LENGTH = 36
SHOWN = 3


def banner_of(request: HttpRequest, member: Member) -> dict[str, Any]:
    """The first headlines and how many more there are; empty for staff, who have the list of incidents."""
    if member.organisation is None:
        return {}
    told = without(headlines_for(member.organisation.pk), marks_in(request))
    return {"headlines": told[:SHOWN], "more": max(0, len(told) - SHOWN)}


def marks_in(request: HttpRequest) -> list[str]:
    """What this browser has put away."""
    found = request.COOKIES.get(COOKIE, "").split(".")
    return [mark for mark in found if len(mark) == MARK_LENGTH and mark.isascii() and mark.isalnum()]


def with_mark(marks: Sequence[str], mark: str) -> str:
    """The cookie's value with one mark more; the oldest give way."""
    kept = [one for one in marks if one != mark]
    return ".".join([*kept, mark][-MOST_MARKS:])

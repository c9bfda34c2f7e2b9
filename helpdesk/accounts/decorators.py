"""The doors of the pages: each view states the capability that it needs."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from helpdesk.accounts.members import Member


class MemberRequest(HttpRequest):
    """A request behind `member_view`: its member is there."""

    member: Member


View = Callable[..., HttpResponseBase]


def member_view(capability: str) -> Callable[[View], View]:
    """Mark a view as needing a member with the capability; "any" admits every member. Others get 403."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: MemberRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            member: Member | None = request.member
            if member is None or not (capability == "any" or member.may(capability)):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.capability = capability  # type: ignore[attr-defined]
        return guarded

    return decorate

"""The banner as a part of an open page, putting a headline away, and all known issues on a page."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from status.banner import COOKIE, MARK_LENGTH, banner_of, marks_in, with_mark
from status.maintenance.listing import rows_of
from status.maintenance.queries import not_over, shown_windows, with_parts
from status.matching import LONGEST_TYPED, matching
from status.queries import open_incidents, with_story

DAYS = 30
MOST = 50


@login_not_required
@require_safe
def banner(request: HttpRequest) -> HttpResponse:
    """What an open page's banner says now. A stranger gets nothing: their page keeps what it shows."""
    member: Member | None = getattr(request, "member", None)
    if member is None:
        return HttpResponse(status=204)
    return render(request, "status/_banner.html", {**banner_of(request, member), "back": "/"})


@require_POST
@member_view("any")
def put_away(request: MemberRequest) -> HttpResponse:
    """Put a headline away until it changes; the browser remembers. What is critical stays, whatever is remembered."""
    mark, back = request.POST.get("mark", ""), request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    answer = redirect(back if is_ours else "/")
    if len(mark) == MARK_LENGTH and mark.isascii() and mark.isalnum():
        answer.set_cookie(
            COOKIE,
            with_mark(marks_in(request), mark),
            max_age=DAYS * 24 * 3600,
            httponly=True,
            secure=settings.IS_HTTPS,
            samesite="Lax",
        )
    return answer


@require_POST
@member_view("ticket.open")
def matches(request: MemberRequest) -> HttpResponse:
    """The known issues that are like what is typed, as a part of the form of a new ticket; it changes nothing.

    A POST, so that what people type stands in no address and no log of addresses.
    """
    typed = " ".join(request.POST.get(name, "")[:LONGEST_TYPED] for name in ("subject", "description"))
    found = matching(typed) if request.member.organisation is not None else ()
    return render(request, "status/_matches.html", {"matches": found})


@require_safe
@member_view("any")
def known(request: MemberRequest) -> HttpResponse:
    """Every incident that lasts, and every window that is not over, that this person may know of."""
    at = database_now()
    windows = list(with_parts(not_over(shown_windows(), at=at))[:MOST])
    context = {"incidents": with_story(open_incidents())[:MOST], "rows": rows_of(windows, at=at)}
    return render(request, "status/known.html", context)

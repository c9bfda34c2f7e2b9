"""Do the stored clocks agree with their timelines: what the nightly replays found, and one now."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from tickets.operations.replay_runs import LISTED, begin_replay
from tickets.replays import is_late, replays

ADMIN = member_view("settings.audit")


@ADMIN
@require_safe
def clock_check(request: MemberRequest) -> HttpResponse:
    """The newest runs; of the newest that has ended, or of the one in the address, each difference."""
    asked = request.GET.get("run", "")
    found = replays(run_id=int(asked) if asked.isdecimal() and len(asked) < 19 else None)
    # How many clocks there are in all is for who serves all organisations.
    whole = request.member.staff is not None and request.member.staff.serves_all
    context = {"found": found, "whole": whole, "is_late": is_late(found, at=database_now()), "listed": LISTED}
    return render(request, "settings/clock_check.html", context)


@ADMIN
@require_POST
def clock_check_now(request: MemberRequest) -> HttpResponse:
    """Begin a replay; a worker does it, and the page tells how far it is."""
    begin_replay(actor=request.member.actor)
    return redirect("settings:clock_check")

"""The search page: one box for words and filters, the best of the newest matches, each with the words marked."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from tickets.search.filters import kinds_for
from tickets.search.finding import PAGE, Match, matches, meant, page_key, read, read_key
from tickets.search.language import LONGEST, BadQuery, Query, reference_of
from tickets.search.results import results
from tickets.search.statements import NEWEST, TooSlow, organisations_named, time_limit


@require_safe
@member_view("any")
def search(request: MemberRequest) -> HttpResponse:
    """Tickets by their words, names, numbers and filters; a reference leads straight to its ticket."""
    member, typed = request.member, request.GET.get("q", "").strip()
    context = {
        "typed": typed,
        "search_words": typed,
        "filters": kinds_for(member),
        "longest": LONGEST,
    }
    try:
        query = read(member, typed)
        if (ticket := meant(member, query)) is not None:
            return redirect(ticket.path)
        if not query.is_empty:
            with time_limit():
                context |= _found(member, query, after=request.GET.get("after", ""), typed=typed)
    except BadQuery as error:
        return render(request, "tickets/search.html", {**context, "refused": str(error)}, status=400)
    except TooSlow:
        return render(request, "tickets/search.html", {**context, "too_slow": True}, status=503)
    return render(request, "tickets/search.html", context)


def _found(member: Member, query: Query, *, after: str, typed: str) -> Mapping[str, object]:
    last, newest = read_key(after) if after else (None, None)
    match = matches(member, query, at=database_now(), newest=newest)
    order = [key for key in match.order if last is None or key < last]
    shown, newest = order[:PAGE], newest or max(match.ranks, default=0)
    more = page_key(shown[-1], newest=newest) if len(order) > PAGE else ""
    return {
        "searched": True,
        "results": results(member, [key[1] for key in shown], match.words),
        "said": _said(match),
        "next": f"?{urlencode({'q': typed, 'after': more})}" if more else "",
        "first": f"?{urlencode({'q': typed})}" if after else "",
        "organisations": _organisations(member, query),
        "reference": "-".join(map(str, reference_of(query) or ())),
    }


def _said(match: Match) -> str:
    """How many were found and in what order, in a sentence."""
    if match.is_cut and match.words is None:
        said = _("More than %(most)s tickets match; these are the newest %(most)s. Add a filter to narrow them.")
        return said % {"most": NEWEST}
    if match.is_cut:
        said = _(
            "More than %(most)s tickets match. Of the newest %(most)s, the best first. Add a word to reach others."
        )
        return said % {"most": NEWEST}
    total = len(match.ranks)
    if match.words is None:
        found = ngettext("%(total)s ticket matches.", "%(total)s tickets match, the newest first.", total)
    else:
        found = ngettext("%(total)s ticket matches.", "%(total)s tickets match, the best first.", total)
    return found % {"total": total}


def _organisations(member: Member, query: Query) -> list[tuple[str, str]]:
    """Organisations that the free words may mean: (key, name), for whoever serves several."""
    if not member.is_staff or query.filters or not query.words:
        return []
    return organisations_named(query.words, organisations=member.organisation_ids)

"""The staff's pages of probes: all of them, and one with what it saw; administrators define and pause them."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.forms.probes import ProbeForm
from status.models import Probe
from status.operations.probes import ask_now, change_probe, define_probe, pause_probe, resume_probe
from status.probe_listing import is_silent, newest_results, probe_lines, runs_of
from status.probes import words_for
from status.probing.shapes import Outcome, Verdict
from status.queries import components_in_use

READERS = member_view("incident.write")
DEFINERS = member_view("component.define")
KEPT = ("name", "kind", "address", "statuses", "text", "timeout", "connect_timeout")


@require_safe
@READERS
def probes(request: MemberRequest) -> HttpResponse:
    """Every probe and how it stands."""
    typed = request.GET.get("after", "")
    after = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else 0
    lines, more = probe_lines(at=database_now(), after=after)
    context = {"lines": lines, "next": f"?after={more}" if more else "", "first": "?" if after else ""}
    return render(request, "settings/probes.html", context)


@require_safe
@READERS
def probe(request: MemberRequest, pk: int) -> HttpResponse:
    """One probe with its newest results and confirmed outages."""
    return _page(request, _probe_or_404(pk))


@require_http_methods(["GET", "HEAD", "POST"])
@DEFINERS
def new_probe(request: MemberRequest) -> HttpResponse:
    """A further probe."""
    form = ProbeForm(
        request.POST if request.method == "POST" else None, components=components_in_use(), is_new=True,
        initial={"statuses": "200-299"},
    )  # fmt: skip
    actor = request.member.actor
    return _answer(request, form, None, lambda: define_probe(actor=actor, text=form.typed()))


@require_http_methods(["GET", "HEAD", "POST"])
@DEFINERS
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """What a probe asks, to change."""
    found = _probe_or_404(pk)
    initial = {**{name: getattr(found, name) for name in KEPT}, "component": str(found.component_id)}
    form = ProbeForm(
        request.POST if request.method == "POST" else None, components=[found.component], is_new=False, initial=initial
    )
    actor = request.member.actor
    return _answer(request, form, found, lambda: change_probe(probe=found, actor=actor, text=form.typed()))


@require_POST
@DEFINERS
def pause(request: MemberRequest, pk: int) -> HttpResponse:
    """Pause a probe, or go on with it."""
    found, actor = _probe_or_404(pk), request.member.actor
    try:
        if request.POST.get("wanted") == "off":
            resume_probe(probe=found, actor=actor)
        else:
            pause_probe(probe=found, actor=actor)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("settings:probe", pk)


@require_POST
@READERS
def ask(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask once, now, and say what came of it."""
    found = _probe_or_404(pk)
    return _page(request, found, asked=True, outcome=_told(ask_now(probe=found, actor=request.member.actor)))


def _told(outcome: Outcome | None) -> dict[str, str]:
    if outcome is None:
        return {"tone": "error", "text": _("It could not be asked, for a reason of ours.")}
    if outcome.verdict is Verdict.UP:
        return {"tone": "success", "text": _("It answered as expected, in %d ms.") % (outcome.ms or 0)}
    tone = "error" if outcome.verdict is Verdict.FAILED else "warning"
    return {"tone": tone, "text": words_for(outcome.why.value if outcome.why else "", outcome.detail)}


def _page(request: MemberRequest, found: Probe, **more: Any) -> HttpResponse:
    context = {
        "probe": found,
        "why": words_for(found.last_why, found.last_detail),
        "is_silent": is_silent(found, at=database_now()),
        "results": newest_results(found),
        "runs": runs_of(found),
        **more,
    }
    return render(request, "settings/probe.html", context)


def _answer(request: MemberRequest, form: ProbeForm, found: Probe | None, run: Callable[[], Probe]) -> HttpResponse:
    made: list[Probe] = []
    status = filled_in(form, lambda: made.append(run()))
    if not status:
        messages.success(request, _("The probe “%s” is kept.") % made[0].name)
        return redirect("settings:probe", made[0].pk)
    return render(request, "settings/probe_form.html", {"form": form, "probe": found}, status=status)


def _probe_or_404(pk: int) -> Probe:
    found = Probe.objects.select_related("component").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such probe.")
    return found

"""The staff's pages of maintenance: all windows, a new one with what it would meet, and one to go on with."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in, refused
from helpdesk.accounts.listing import organisations_of
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.forms.maintenance import CancellationForm, DraftTimesForm, ExtensionForm, MoveForm, WindowForm, WordsForm
from status.maintenance.foresight import Foresight, foresee
from status.maintenance.listing import rows_of, window_page
from status.maintenance.queries import WindowNotFound, corrections_of, staff_window
from status.maintenance.windows import OVER, announced_as, state_of
from status.models import MaintenanceWindow, WindowState
from status.operations.maintenance import cancel_window, extend_window, move_window, plan_window, publish_window
from status.operations.rewording import reword_window
from status.operations.window_work import begin_checks, complete_work, may_overrun, say_overrun, start_work
from status.queries import components_in_use

READERS = member_view("incident.write")
PLANNERS = member_view("maintenance.plan")
STEPS: dict[str, Callable[..., Any]] = {
    "start": start_work,
    "verify": begin_checks,
    "complete": complete_work,
    "overrun": say_overrun,
}


@require_safe
@READERS
def windows(request: MemberRequest) -> HttpResponse:
    """What runs, what is ahead, and what is over."""
    typed = request.GET.get("before", "")
    before = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= 18 else None
    page = window_page(at=database_now(), before=before)
    context = {
        "page": page,
        "next": f"?before={page.next_key}" if page.next_key else "",
        "first": "?" if before is not None else "",
    }
    return render(request, "status/windows.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@PLANNERS
def new_window(request: MemberRequest) -> HttpResponse:
    """Plan one. Too short a notice is said before anything is saved, and then asked for once more."""
    form, at = _window_form(request), database_now()
    if not (form.is_bound and form.is_valid()):
        return _new(request, form, None, status=422 if form.is_bound else 200)
    seen = _foreseen(form, at=at)
    if "slot" in request.POST and seen is not None:
        return _new(request, _in_slot(request, seen), None, status=200, at=at)
    draft = "draft" in request.POST
    if seen is not None and not draft and "anyway" not in request.POST and seen.begins > at and not seen.is_enough:
        return _new(request, form, seen, status=200, warned=True)
    made: list[MaintenanceWindow] = []
    text, who, actor = form.typed(), form.audience_chosen, request.member.actor
    status = refused(
        form, lambda: made.append(plan_window(actor=actor, text=text, organisations=who, published=not draft))
    )
    if status:
        return _new(request, form, seen, status=status)
    messages.success(request, _("The draft is kept.") if draft else _("It is published; the mails are on their way."))
    return redirect("status:manage_window", made[0].public_id)


@require_POST
@PLANNERS
def preview(request: MemberRequest) -> HttpResponse:
    """What the window would meet, as a part of its form; it changes nothing."""
    form = _window_form(request)
    form.is_valid()
    return render(request, "status/_foresight.html", {"seen": _foreseen(form, at=database_now())})


@require_safe
@READERS
def window(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """One window: how it stands, what was announced, its notice, and what may be done about it."""
    return _page(request, _window_or_404(public_id))


@require_POST
@PLANNERS
def publication(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Announce a draft."""
    found, actor = _window_or_404(public_id), request.member.actor
    said = _("It is published; the mails are on their way.")
    return _done(request, found, lambda: publish_window(window=found, actor=actor), said)


@require_POST
@PLANNERS
def work(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Start, check or complete the work by hand, or say that it takes longer."""
    found, actor = _window_or_404(public_id), request.member.actor
    step = STEPS.get(request.POST.get("step", ""))
    if step is None:
        raise Http404("There is no such step.")
    return _done(request, found, lambda: step(window=found, actor=actor), _("It is told."))


@require_POST
@PLANNERS
def move(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Give it other times. Where less of it has notice than before, that is said first, and asked for once more."""
    found, at = _window_or_404(public_id), database_now()
    form = _move_form(request, found, request.POST)
    if not form.is_valid():
        return _page(request, found, status=422, move_form=form)
    data, actor = form.cleaned_data, request.member.actor
    begins, ends = data["begins_at"], data["ends_at"]
    if not found.is_draft and "anyway" not in request.POST and at < begins < ends:
        seen = _foreseen_of(found, begins, ends, at=at)
        if not seen.is_enough:
            return _page(request, found, move_form=form, seen=seen)
    reason = data.get("reason", "")
    status = refused(
        form, lambda: move_window(window=found, actor=actor, begins_at=begins, ends_at=ends, reason=reason)
    )
    if status:
        return _page(request, found, status=status, move_form=form)
    messages.success(
        request, _("The draft has other times.") if found.is_draft else _("The other times are published.")
    )
    return redirect("status:manage_window", public_id)


@require_POST
@PLANNERS
def words(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Correct its words; its times and its notice stay."""
    found, actor = _window_or_404(public_id), request.member.actor
    form = _words_form(found, request.POST)
    if status := filled_in(form, lambda: reword_window(window=found, actor=actor, **form.cleaned_data)):
        return _page(request, found, status=status, words_form=form)
    messages.success(request, _("The words are corrected."))
    return redirect("status:manage_window", public_id)


@require_POST
@PLANNERS
def extension(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Give it a later end."""
    found, actor = _window_or_404(public_id), request.member.actor
    form = _extension_form(request, found, request.POST)
    if status := filled_in(form, lambda: extend_window(window=found, actor=actor, **form.cleaned_data)):
        return _page(request, found, status=status, extension_form=form)
    messages.success(request, _("The later end is published."))
    return redirect("status:manage_window", public_id)


@require_POST
@PLANNERS
def cancellation(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Take it back, with a reason."""
    found, form, actor = _window_or_404(public_id), _cancellation_form(request.POST), request.member.actor
    if status := filled_in(form, lambda: cancel_window(window=found, actor=actor, **form.cleaned_data)):
        return _page(request, found, status=status, cancellation_form=form)
    messages.success(request, _("The window is cancelled."))
    return redirect("status:manage_window", public_id)


def _done(request: MemberRequest, found: MaintenanceWindow, run: Callable[[], Any], said: str) -> HttpResponse:
    """A verb without a form of its own: its refusal is told on the window's page."""
    try:
        run()
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said)
    return redirect("status:manage_window", found.public_id)


def _new(
    request: MemberRequest,
    form: WindowForm,
    seen: Foresight | None,
    *,
    status: int,
    warned: bool = False,
    at: datetime | None = None,
) -> HttpResponse:
    if at is not None and form.is_valid():  # the slot that was taken, looked at anew
        seen = _foreseen(form, at=at)
    context = {"form": form, "seen": seen, "warned": warned}
    return render(request, "status/new_window.html", context, status=status)


def _window_form(request: MemberRequest, data: Any = None) -> WindowForm:
    return WindowForm(
        data if data is not None else (request.POST if request.method == "POST" else None),
        zone=request.member.user.time_zone,
        components=components_in_use(),
        organisations=organisations_of(request.member),
    )


def _in_slot(request: MemberRequest, seen: Foresight) -> WindowForm:
    """The form as it was typed, with the first times that have their notice."""
    typed = request.POST.copy()
    blank = WindowForm(zone=request.member.user.time_zone, components=(), organisations=())
    for name, instant in zip(("begins_at", "ends_at"), seen.slot, strict=True):
        typed[name] = blank.fields[name].prepare_value(instant)
    return _window_form(request, typed)


def _foreseen(form: WindowForm, *, at: datetime) -> Foresight | None:
    """What the window would meet; None while its times are none."""
    data, listed = form.cleaned_data, None
    if not ({"begins_at", "ends_at"} <= data.keys() and data["begins_at"] < data["ends_at"]):
        return None
    if {"audience", "organisations"} <= data.keys() and form.audience_chosen is not None:
        listed = [one.pk for one in form.audience_chosen]
    return foresee(begins=data["begins_at"], ends=data["ends_at"], at=at, organisations=listed)


def _foreseen_of(found: MaintenanceWindow, begins: datetime, ends: datetime, *, at: datetime) -> Foresight:
    listed = None if found.for_all else list(found.audience.values_list("organisation_id", flat=True))
    told = announced_as(found.announcements.all())
    return foresee(begins=begins, ends=ends, at=at, organisations=listed, announcements=told, but=found)


def _move_form(request: MemberRequest, found: MaintenanceWindow, data: Any = None) -> DraftTimesForm | MoveForm:
    kind = DraftTimesForm if found.is_draft else MoveForm
    times = {"begins_at": found.begins_at, "ends_at": found.ends_at}
    return kind(data, initial=times, zone=request.member.user.time_zone, auto_id="move-%s")


def _words_form(found: MaintenanceWindow, data: Any = None) -> WordsForm:
    return WordsForm(data, initial={"title": found.title, "body": found.body}, auto_id="words-%s")


def _extension_form(request: MemberRequest, found: MaintenanceWindow, data: Any = None) -> ExtensionForm:
    end = {"ends_at": found.ends_at}
    return ExtensionForm(data, initial=end, zone=request.member.user.time_zone, auto_id="later-%s")


def _cancellation_form(data: Any = None) -> CancellationForm:
    return CancellationForm(data, auto_id="cancel-%s")


def _page(request: MemberRequest, found: MaintenanceWindow, *, status: int = 200, **asked: Any) -> HttpResponse:
    at = database_now()
    state = state_of(found, at=at)
    may_plan = request.member.may("maintenance.plan")
    is_over = found.is_cancelled or (not found.is_draft and state in OVER)
    context = {
        "row": rows_of([found], at=at)[0],
        "window": found,
        "announcements": found.announcements.all(),
        "corrections": corrections_of(found),
        "notices": found.notices.order_by("-recorded_at", "-pk"),
        "refusal": [error for form in asked.values() if is_over for error in _faults(form)],
        "may_act": may_plan and not is_over,
        "may_move": may_plan and not is_over and (found.is_draft or state is WindowState.SCHEDULED),
        "may_overrun": may_plan and may_overrun(found, at=at),
        "move_form": _move_form(request, found),
        "words_form": _words_form(found),
        "extension_form": _extension_form(request, found),
        "cancellation_form": _cancellation_form(),
        **asked,
    }
    return render(request, "status/manage_window.html", context, status=status)


def _faults(form: Any) -> list[str]:
    """What a form that is shown no more was refused for: it is told on the page instead."""
    return [str(error) for error in form.non_field_errors()] if isinstance(form, forms.Form) else []


def _window_or_404(public_id: UUID) -> MaintenanceWindow:
    try:
        return staff_window(public_id)
    except WindowNotFound as error:
        raise Http404("There is no such window.") from error

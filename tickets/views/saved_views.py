"""The pages of saved views: keeping one, going to one, putting them in order; and how many tickets stand in each."""

from collections.abc import Callable

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from tickets.forms.verbs import RenameViewForm, SaveViewForm
from tickets.lists.filter_words import filter_words
from tickets.lists.holders import holders
from tickets.lists.queue_filters import QueueFilters, UnknownFilter, queue_filters
from tickets.lists.saved_views import (
    LISTED,
    SavedViewNotFound,
    counts,
    filters_in,
    get_view,
    queue_url,
    tab_of,
    views_seen_by,
    views_shown,
)
from tickets.models import SavedView
from tickets.operations.views import delete_view, move_view, rename_view, save_view, share_view
from tickets.views.frame import refuse, status_of

DESK = member_view("queue.read")


@require_safe
@DESK
def counts_of_views(request: MemberRequest) -> HttpResponse:
    """How many tickets stand in each of the views above the queue: a part of the page, fetched after it."""
    member = request.member
    found = counts(views_shown(member), member=member, at=database_now())
    return render(request, "tickets/_counts.html", {"counts": found})


@require_http_methods(["GET", "HEAD", "POST"])
@DESK
def views_page(request: MemberRequest) -> HttpResponse:
    """All the views that the member sees; keeping a new one."""
    if request.method != "POST":
        return _list(request)
    form = SaveViewForm(request.POST)
    try:
        filters = queue_filters(request.POST, member=request.member)
    except UnknownFilter as error:
        form.add_error(None, str(error))
        return _list(request, saving=(form, QueueFilters()), status=422)
    if form.is_valid():
        try:
            kept, is_new = save_view(
                name=form.cleaned_data["name"],
                filters=filters,
                shared=form.cleaned_data["shared"],
                actor=request.member.actor,
            )
        except DomainError as error:
            return _list(request, saving=(form, filters), status=refuse(form, error))
        said = _("The view “%(name)s” is kept.") if is_new else _("The view “%(name)s” has these filters now.")
        messages.success(request, said % {"name": kept.name})
        return redirect(queue_url(filters.raw))
    return _list(request, saving=(form, filters), status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@DESK
def view(request: MemberRequest, pk: int) -> HttpResponse:
    """The way to a view, or word that it names an organisation which the member does not serve; POST renames it."""
    found = _view_or_404(request.member, pk)
    if request.method == "POST":
        form = RenameViewForm(request.POST, auto_id=f"view-{pk}-%s")
        form.is_valid()
        name = form.cleaned_data["name"]
        try:
            rename_view(view=found, name=name, actor=request.member.actor)
        except DomainError as error:
            return _list(request, renaming=(pk, form), status=refuse(form, error))
        messages.success(request, _("The view is renamed."))
        return redirect("tickets:views")
    if found.is_served:  # type: ignore[attr-defined]  # annotated by the look-up
        return redirect(queue_url(filters_in(found)))
    return render(request, "tickets/view_unserved.html", {"view": found})


@require_POST
@DESK
def sharing(request: MemberRequest, pk: int) -> HttpResponse:
    """Show a view to colleagues, or not any more."""
    wanted = request.POST.get("wanted") == "on"
    done = _("Colleagues see the view “%(name)s” now.") if wanted else _("The view “%(name)s” is yours alone now.")
    return _change(
        request, pk, done=done, run=lambda found: share_view(view=found, shared=wanted, actor=request.member.actor)
    )


@require_POST
@DESK
def place(request: MemberRequest, pk: int) -> HttpResponse:
    """Put a view one place earlier or later among one's own."""
    earlier = request.POST.get("to") != "later"
    return _change(
        request, pk, done="", run=lambda found: move_view(view=found, earlier=earlier, actor=request.member.actor)
    )


@require_POST
@DESK
def removal(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove a view."""
    done = _("The view “%(name)s” is removed.")
    return _change(request, pk, done=done, run=lambda found: delete_view(view=found, actor=request.member.actor))


def _change(request: MemberRequest, pk: int, *, done: str, run: Callable[[SavedView], object]) -> HttpResponse:
    found = _view_or_404(request.member, pk)
    name = found.name
    try:
        run(found)
    except DomainError as error:
        messages.error(request, error.message)
        return _list(request, status=status_of(error))
    if done:
        messages.success(request, done % {"name": name})
    return redirect("tickets:views")


def _view_or_404(member: Member, pk: int) -> SavedView:
    try:
        return get_view(member, pk)
    except SavedViewNotFound as error:
        raise Http404("There is no such view.") from error


def _list(
    request: MemberRequest,
    *,
    saving: tuple[SaveViewForm, QueueFilters] | None = None,
    renaming: tuple[int, forms.Form] | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of views; a refused form comes back with what was typed."""
    member, own_id = request.member, request.member.actor.staff_id
    found = list(views_seen_by(member)[: LISTED + 1])
    names = {one.value: one.label for one in holders()}
    refused_pk, refused = renaming or (0, None)
    rows = [
        {
            "view": one,
            "tab": tab_of(one, member=member),
            "own": one.staff_id == own_id,
            "words": filter_words(filters_in(one), holders=names),
            "form": refused if one.pk == refused_pk else _renaming(one),
            "refused": one.pk == refused_pk,
        }
        for one in found[:LISTED]
    ]
    form, filters = saving or (None, None)
    context = {
        "own": [row for row in rows if row["own"]],
        "shared": [row for row in rows if not row["own"]],
        "may_remove_shared": member.may("settings.people"),
        "too_many": len(found) > LISTED,
        "saving": form,
        "filters": filters,
        "words": filter_words(filters.raw, holders=names) if filters else "",
    }
    return render(request, "tickets/views.html", context, status=status)


def _renaming(view: SavedView) -> RenameViewForm:
    return RenameViewForm(initial={"name": view.name}, auto_id=f"view-{view.pk}-%s")

"""The administrators' pages of components."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.lib.errors import DomainError
from status.forms.service import ComponentForm
from status.models import Component, ComponentGroup
from status.operations.components import change_component, define_component, restore_component, retire_component
from status.queries import every_component

DEFINERS = member_view("component.define")


@require_safe
@DEFINERS
def components(request: MemberRequest) -> HttpResponse:
    """Every component, those in use first."""
    return render(request, "settings/components.html", {"rows": every_component()})


@require_http_methods(["GET", "HEAD", "POST"])
@DEFINERS
def new_component(request: MemberRequest) -> HttpResponse:
    """A further component."""
    form = ComponentForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    return _answer(request, form, None, lambda: define_component(actor=actor, text=form.typed()))


@require_http_methods(["GET", "HEAD", "POST"])
@DEFINERS
def component(request: MemberRequest, pk: int) -> HttpResponse:
    """One component, to change."""
    found = _component_or_404(pk)
    initial = {
        "name": found.name,
        "description": found.description,
        "group": found.group.name if found.group else "",
        "core": found.is_core,
        "beta": found.is_beta,
        "position": found.position,
    }
    form = ComponentForm(request.POST if request.method == "POST" else None, initial=initial)
    actor = request.member.actor
    return _answer(request, form, found, lambda: change_component(component=found, actor=actor, text=form.typed()))


@require_POST
@DEFINERS
def retirement(request: MemberRequest, pk: int) -> HttpResponse:
    """Retire a component, or bring it back."""
    found, actor = _component_or_404(pk), request.member.actor
    try:
        if request.POST.get("wanted") == "off":
            restore_component(component=found, actor=actor)
        else:
            retire_component(component=found, actor=actor)
    except DomainError as error:
        messages.error(request, error.message)
    return redirect("settings:components")


def _answer(
    request: MemberRequest, form: ComponentForm, found: Component | None, run: Callable[[], Component]
) -> HttpResponse:
    status = filled_in(form, run)
    if not status:
        messages.success(request, _("The component “%s” is kept.") % form.cleaned_data["name"])
        return redirect("settings:components")
    groups = ComponentGroup.objects.order_by("position", "name")
    return render(
        request, "settings/component.html", {"form": form, "component": found, "groups": groups}, status=status
    )


def _component_or_404(pk: int) -> Component:
    found = Component.objects.select_related("group").filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such component.")
    return found

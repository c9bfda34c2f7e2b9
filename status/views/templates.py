"""The staff's pages of templates for updates."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from status.forms.service import TemplateForm
from status.models import UpdateTemplate
from status.operations.templates import change_template, create_template, remove_template

WRITERS = member_view("incident.write")


@require_safe
@WRITERS
def templates(request: MemberRequest) -> HttpResponse:
    """All of them, by name."""
    return render(request, "settings/update_templates.html", {"rows": UpdateTemplate.objects.order_by("name")})


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def new_template(request: MemberRequest) -> HttpResponse:
    """A new one."""
    form = TemplateForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    return _answer(request, form, None, lambda: create_template(actor=actor, text=form.typed()))


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def template(request: MemberRequest, pk: int) -> HttpResponse:
    """One to change."""
    found = _template_or_404(pk)
    initial = {name: getattr(found, name) for name in ("name", "phase", "title", "body")}
    form = TemplateForm(request.POST if request.method == "POST" else None, initial=initial)
    actor = request.member.actor
    return _answer(request, form, found, lambda: change_template(template=found, actor=actor, text=form.typed()))


@require_POST
@WRITERS
def removal(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove one."""
    found = _template_or_404(pk)
    remove_template(template=found, actor=request.member.actor)
    messages.success(request, _("The template “%s” is removed.") % found.name)
    return redirect("settings:update_templates")


def _answer(
    request: MemberRequest, form: TemplateForm, found: UpdateTemplate | None, run: Callable[[], UpdateTemplate]
) -> HttpResponse:
    status = filled_in(form, run)
    if not status:
        messages.success(request, _("The template “%s” is kept.") % form.cleaned_data["name"])
        return redirect("settings:update_templates")
    return render(request, "settings/update_template.html", {"form": form, "template": found}, status=status)


def _template_or_404(pk: int) -> UpdateTemplate:
    found = UpdateTemplate.objects.filter(pk=pk).first()
    if found is None:
        raise Http404("There is no such template.")
    return found

"""The pages of reply templates: the list, a new one, one to change or remove. For staff."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.accounts.members import Member
from tickets.forms.verbs import MacroForm
from tickets.macro_text import VARIABLES
from tickets.macros import MacroNotFound, macro_of, macro_page
from tickets.models import Macro
from tickets.operations.macros import change_macro, create_macro, remove_macro

WRITERS = member_view("macro.write")


@require_safe
@WRITERS
def macros(request: MemberRequest) -> HttpResponse:
    """The shared templates and one's own, by name."""
    after = request.GET.get("after", "").replace("\x00", "")
    page = macro_page(request.member, after=after)
    context = {
        "page": page,
        "next": f"?{urlencode({'after': page.next_key})}" if page.next_key else "",
        "first": "?" if after else "",
    }
    return render(request, "settings/macros.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def new_macro(request: MemberRequest) -> HttpResponse:
    """A new template."""
    form = MacroForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    return _answer(
        request, form, None, lambda: create_macro(actor=actor, text=form.typed(), shared=form.cleaned_data["shared"])
    )


@require_http_methods(["GET", "HEAD", "POST"])
@WRITERS
def macro(request: MemberRequest, pk: int) -> HttpResponse:
    """One template, to change."""
    found = _macro_or_404(request.member, pk)
    names = ("name", "body", "then", "severity", "severity_reason")
    initial = {name: getattr(found, name) for name in names}
    initial["tags"] = ", ".join(found.tags)
    form = MacroForm(request.POST if request.method == "POST" else None, initial=initial)
    actor = request.member.actor
    return _answer(request, form, found, lambda: change_macro(macro=found, actor=actor, text=form.typed()))


@require_POST
@WRITERS
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    """Remove one template."""
    found = _macro_or_404(request.member, pk)
    remove_macro(macro=found, actor=request.member.actor)
    messages.success(request, _("The template “%s” is removed.") % found.name)
    return redirect("settings:macros")


def _answer(request: MemberRequest, form: MacroForm, found: Macro | None, run: Callable[[], Macro]) -> HttpResponse:
    status = filled_in(form, run)
    if not status:
        messages.success(request, _("The template “%s” is kept.") % form.cleaned_data["name"])
        return redirect("settings:macros")
    context = {"form": form, "macro": found, "variables": VARIABLES.items()}
    return render(request, "settings/macro.html", context, status=status)


def _macro_or_404(member: Member, pk: int) -> Macro:
    try:
        return macro_of(member, pk)
    except MacroNotFound as error:
        raise Http404("There is no such template.") from error

"""The pages of custom fields: the admins' list, a new one, one to change; and a ticket's values."""

from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.queries import organisations_in
from helpdesk.lib.errors import DomainError
from tickets.fields import FieldNotFound, field_lines, field_of, field_page
from tickets.forms.fields import DefinitionForm, FieldsForm
from tickets.models import FieldDefinition
from tickets.operations.field_values import set_fields
from tickets.operations.fields import change_field, define_field, restore_field, retire_field
from tickets.views.frame import status_of, ticket_action, ticket_or_404
from tickets.views.panel_frame import change

ADMINS = member_view("field.define")


@require_safe
@ADMINS
def definitions(request: MemberRequest) -> HttpResponse:
    """The fields for every organisation and for those that the admin serves, in the order of forms."""
    after = request.GET.get("after", "").replace("\x00", "")
    page = field_page(request.member, after=after)
    names = {one.pk: one.name for one in _organisations(request.member)} if page.rows else {}
    context = {
        "rows": [(row, names.get(row.only_for, "")) for row in page.rows],
        "next": f"?{urlencode({'after': page.next_key})}" if page.next_key else "",
        "first": "?" if after else "",
    }
    return render(request, "settings/fields.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@ADMINS
def new_definition(request: MemberRequest) -> HttpResponse:
    """A new field."""
    organisations = _organisations(request.member)
    form = DefinitionForm(request.POST if request.method == "POST" else None, organisations=organisations)
    actor = request.member.actor

    def run() -> FieldDefinition:
        only_for = next((one for one in organisations if one.key == form.cleaned_data["only_for"]), None)
        return define_field(actor=actor, text=form.typed(), kind=form.cleaned_data["kind"], only_for=only_for)

    return _answer(request, form, None, run)


@require_http_methods(["GET", "HEAD", "POST"])
@ADMINS
def definition(request: MemberRequest, pk: int) -> HttpResponse:
    """One field, to change."""
    found = _field_or_404(request.member, pk)
    initial = {
        "label": found.label,
        "choices": "\n".join(found.choices),
        "visible": found.is_visible,
        "fillable": found.is_fillable,
        "required": found.is_required,
        "position": str(found.position),
    }
    form = DefinitionForm(request.POST if request.method == "POST" else None, initial=initial, field=found)
    actor = request.member.actor
    return _answer(request, form, found, lambda: change_field(field=found, actor=actor, text=form.typed()))


@require_POST
@ADMINS
def retirement(request: MemberRequest, pk: int) -> HttpResponse:
    """Ask for one no more; with `wanted=off`, bring it back."""
    found, actor = _field_or_404(request.member, pk), request.member.actor
    if request.POST.get("wanted") != "off":
        retire_field(field=found, actor=actor)
        messages.success(request, _("“%s” is retired: no form asks for it.") % found.label)
        return redirect("settings:fields")
    try:
        restore_field(field=found, actor=actor)
    except DomainError as error:
        form = DefinitionForm(None, initial={"label": found.label}, field=found)
        context = {"form": form, "field": found, "whose": _whose(request.member, found), "refused": error.message}
        return render(request, "settings/field.html", context, status=status_of(error))
    messages.success(request, _("“%s” is in use again.") % found.label)
    return redirect("settings:fields")


@ticket_action("ticket.fields")
def values(request: MemberRequest, public_id: UUID) -> HttpResponse:
    """Other values of a ticket's fields."""
    lines = field_lines(ticket_or_404(request.member, public_id), staff=request.member.is_staff)
    form = FieldsForm(request.POST, lines=lines, auto_id="fields-%s")
    return change(
        request,
        public_id,
        panel="fields",
        form=form,
        run=lambda ticket, actor, _typed: set_fields(ticket=ticket, values=form.changes(), actor=actor),
        done=_("The fields of {} are changed."),
    )


def _answer(
    request: MemberRequest, form: DefinitionForm, found: FieldDefinition | None, run: Callable[[], FieldDefinition]
) -> HttpResponse:
    status = filled_in(form, run)
    if not status:
        messages.success(request, _("The field “%s” is kept.") % form.cleaned_data["label"])
        return redirect("settings:fields")
    context = {"form": form, "field": found, "whose": _whose(request.member, found) if found else ""}
    return render(request, "settings/field.html", context, status=status)


def _whose(member: Member, found: FieldDefinition) -> str:
    """The name of the organisation whose tickets have the field; empty for every one."""
    return next((one.name for one in _organisations(member) if one.pk == found.only_for), "")


def _organisations(member: Member) -> list[Organisation]:
    return list(organisations_in(member.organisation_ids))


def _field_or_404(member: Member, pk: int) -> FieldDefinition:
    try:
        return field_of(member, pk)
    except FieldNotFound as error:
        raise Http404("There is no such field.") from error

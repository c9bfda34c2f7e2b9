"""An organisation's mail domains, and the people who came by them."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import DomainForm, filled_in, refusal_status
from helpdesk.accounts.listing import administered, organisations_of
from helpdesk.accounts.models import DomainState, Organisation, OrganisationDomain
from helpdesk.accounts.operations import add_domain, check_domain, confirm_contact, remove_domain
from helpdesk.accounts.queries import domains_of
from helpdesk.lib.errors import DomainError

ADMIN = member_view("settings.people")


@ADMIN
def domains(request: MemberRequest, key: str) -> HttpResponse:
    """The organisation's domains; a POST asks for another."""
    found = _organisation(request, key)
    form = DomainForm(request.POST if request.method == "POST" else None)
    actor = request.member.actor
    status = filled_in(form, lambda: add_domain(organisation=found, **form.cleaned_data, actor=actor))
    if not status:
        messages.success(request, _("Added. It counts once its DNS shows the record."))
        return redirect("settings:domains", key=key)
    return _page(request, found, form, status=status)


@ADMIN
@require_POST
def check(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Look a domain's record up now."""
    found = _organisation(request, key)
    domain = _domain(found, pk)
    try:
        row = check_domain(domain=domain, actor=request.member.actor)
    except DomainError as error:
        messages.error(request, error.message)
        return _page(request, found, DomainForm(), status=refusal_status(error))
    if row.state == DomainState.VERIFIED:
        messages.success(request, _("%(domain)s is verified.") % {"domain": row})
    else:
        said = _("%(name)s does not hold the record yet. A change of DNS may take an hour to be seen.")
        messages.warning(request, said % {"name": row.record_name})
    return redirect("settings:domains", key=key)


@ADMIN
@require_POST
def remove(request: MemberRequest, key: str, pk: int) -> HttpResponse:
    """Take a domain off the list."""
    domain = _domain(_organisation(request, key), pk)
    remove_domain(domain=domain, actor=request.member.actor)
    messages.success(request, _("%(domain)s was removed.") % {"domain": domain})
    return redirect("settings:domains", key=key)


@ADMIN
@require_POST
def confirm(request: MemberRequest, pk: int) -> HttpResponse:
    """Confirm a person who came by mail."""
    person = administered(request.member).filter(pk=pk, membership__isnull=False).first()
    if person is None:
        raise Http404
    confirm_contact(user=person, actor=request.member.actor)
    messages.success(request, _("%(name)s is confirmed.") % {"name": person.name})
    return redirect("settings:person", pk=pk)


def _organisation(request: MemberRequest, key: str) -> Organisation:
    found = organisations_of(request.member).filter(key=key).first()
    if found is None:
        raise Http404
    return found


def _domain(organisation: Organisation, pk: int) -> OrganisationDomain:
    found = domains_of(organisation).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(request: MemberRequest, organisation: Organisation, form: DomainForm, *, status: int) -> HttpResponse:
    context = {"organisation": organisation, "rows": list(domains_of(organisation)), "form": form}
    return render(request, "settings/domains.html", context, status=status)

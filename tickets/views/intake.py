"""The form of a new ticket: the client's own, staff's for a client, and the follow-up of a closed one."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.members import Member
from helpdesk.accounts.models import Organisation, User
from helpdesk.accounts.queries import clients_of, organisations_in
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from helpdesk.lib.numbers import row_number
from sla.models import Severity
from tickets.fields import asked_fields
from tickets.forms.verbs import NewTicketForm
from tickets.models import Channel, FormDraft, Ticket
from tickets.operations.form_drafts import CHOICES, WORDS, asked_names, discard_form, save_form
from tickets.operations.intake import open_ticket
from tickets.promises import promises_for
from tickets.proposing import proposed_severity, questions
from tickets.queries import form_draft_of, tickets_visible_to
from tickets.views.frame import refuse, ticket_or_404
from tickets.views.uploads import drop_unsent, keep_files, take_files


@require_http_methods(["GET", "HEAD", "POST"])
@member_view("ticket.open")
def new_ticket(request: MemberRequest) -> HttpResponse:
    """The form and its submit. Staff choose the client first; `?follows=` names a ticket that has ended."""
    given = request.POST if request.method == "POST" else request.GET
    follows = _followed(request.member, given.get("follows", ""))
    if follows is not None and follows.is_active:
        messages.info(request, f"{follows.reference} is not closed: write your reply there.")
        return redirect(follows.path)
    organisation = follows.organisation if follows else _organisation(request.member, given)
    if organisation is None:
        return _choice_page(request)
    if request.method == "POST" and "propose" in request.POST:
        return _proposed(request, _form(request.member, organisation, request.POST), organisation, follows)
    if request.method == "POST":
        return _submit(request, _form(request.member, organisation, request.POST), organisation, follows)
    draft = _draft(request.member, organisation, follows)
    initial = _initial(organisation, follows) | (draft.fields if draft else {})
    form = _form(request.member, organisation, initial=initial)
    return _form_page(request, form, organisation, follows, draft=draft)


def follow_up(request: MemberRequest, ticket: Ticket, *, reply: forms.Form) -> HttpResponse:
    """A reply to a closed ticket: the form of a new one that follows it, with the reply's text and files (409)."""
    initial = {**_initial(ticket.organisation, ticket), "description": reply["body"].value() or ""}
    form = _form(request.member, ticket.organisation, initial=initial)
    files = take_files(request, reply, ticket.organisation)
    keep_files(request.member, form, ticket.organisation, files)
    for refusal in reply.errors.get("file", ()):
        messages.warning(request, str(refusal))
    context = {"closed": ticket}
    return _form_page(request, form, ticket.organisation, ticket, status=409, **context)


def _form(
    member: Member,
    organisation: Organisation,
    data: Mapping[str, Any] | None = None,
    *,
    initial: dict[str, Any] | None = None,
) -> NewTicketForm:
    """The form with the custom fields that this organisation's tickets ask this side for."""
    return NewTicketForm(data, initial=initial, asked=asked_fields(organisation.pk, staff=member.is_staff))


def _choice_page(request: MemberRequest) -> HttpResponse:
    """Which client is it for? After a submit for one that they do not serve, with all that they typed (422)."""
    context: dict[str, Any] = {"organisations": organisations_in(request.member.organisation_ids)}
    if request.method == "POST":
        form = NewTicketForm(request.POST)
        context |= {"form": form, "chosen": form["severity"].value() or "", "severities": Severity.choices}
    return render(request, "tickets/choose_organisation.html", context, status=422 if "form" in context else 200)


def _submit(
    request: MemberRequest, form: NewTicketForm, organisation: Organisation, follows: Ticket | None
) -> HttpResponse:
    form.is_valid()
    requester = _requester(request.member, form, organisation)
    if requester is None:
        form.add_error("requester", "Choose the person at the client who asked for this.")
    key = form.key()
    earlier = tickets_visible_to(request.member).filter(submission_key=key, organisation=organisation).first()
    if earlier is not None and not form.errors:
        messages.info(request, f"You have already submitted this as {earlier.reference}. Here it is.")
        return redirect(earlier.path)
    files = take_files(request, form, organisation)
    if requester is None or form.errors:
        return _refused(request, form, organisation, follows, files, status=422)
    known = {"organisation": organisation, "requester": requester, "submission_key": key, "attachments": files}
    try:
        ticket = _open(request.member, form, follows, known)
    except DomainError as error:
        return _refused(request, form, organisation, follows, files, status=refuse(form, error))
    drop_unsent(request.member, files)
    discard_form(organisation=organisation, actor=request.member.actor)
    messages.success(request, f"{ticket.reference} is submitted. The deadlines below count from now.")
    return redirect(ticket.path)


def _refused(
    request: MemberRequest,
    form: NewTicketForm,
    organisation: Organisation,
    follows: Ticket | None,
    files: Sequence[uuid.UUID],
    *,
    status: int,
) -> HttpResponse:
    keep_files(request.member, form, organisation, files)
    _keep(request, form, organisation)
    return _form_page(request, form, organisation, follows, status=status)


def _keep(request: MemberRequest, form: NewTicketForm, organisation: Organisation) -> tuple[FormDraft | None, str]:
    """Keep the form as it was sent; what was kept, or why it could not be."""
    typed = {name: request.POST.get(name, "") for name in (*WORDS, *CHOICES, *asked_names(request.POST))}
    try:
        kept = save_form(organisation=organisation, actor=request.member.actor, typed=typed, submission_key=form.key())
    except DomainError as error:
        return None, error.message
    return kept, ""


def _draft(member: Member, organisation: Organisation, follows: Ticket | None) -> FormDraft | None:
    """The form as the member has left it, where it was begun for the same: a new matter, or this follow-up."""
    draft = form_draft_of(member, organisation_id=organisation.pk)
    wanted = str(follows.public_id) if follows is not None else ""
    return draft if draft is not None and draft.fields.get("follows", "") == wanted else None


def _open(member: Member, form: NewTicketForm, follows: Ticket | None, known: dict[str, Any]) -> Ticket:
    return open_ticket(
        **known,
        actor=member.actor,
        channel=Channel.STAFF if member.is_staff else Channel.PORTAL,
        follows=follows,
        subject=form.text_of("subject"),
        description=form.text_of("description"),
        severity=form.text_of("severity"),
        steps=form.text_of("steps"),
        affected_users=form.text_of("affected_users"),
        since=form.text_of("since"),
        answers=form.answers(),
        fields=form.field_values(),
    )


def _requester(member: Member, form: NewTicketForm, organisation: Organisation) -> User | None:
    """The client themselves; for staff the chosen person of this organisation, or None."""
    if not member.is_staff:
        return member.user
    chosen = row_number(form.text_of("requester"))
    return clients_of(organisation.pk).filter(pk=chosen).first() if chosen is not None else None


def _form_page(
    request: MemberRequest,
    form: NewTicketForm,
    organisation: Organisation,
    follows: Ticket | None,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {
        "form": form,
        "organisation": organisation,
        "follows": follows,
        "people": clients_of(organisation.pk) if request.member.is_staff else None,
        "requester": str(form["requester"].value() or ""),
        **_severities(request.member, form, organisation),
        **more,
    }
    return render(request, "tickets/new.html", context, status=status)


def _severities(member: Member, form: NewTicketForm, organisation: Organisation) -> dict[str, Any]:
    """What the choice of a severity shows: the questions, what is promised now, and what the answers propose."""
    answers, promises = form.answers(), promises_for(organisation.pk, at=database_now())
    zone = member.user.time_zone
    return {
        "questions": [(question, answers.get(question.name, "")) for question in questions()],
        "proposed": proposed_severity(answers),
        "promises": promises,
        "chosen": form["severity"].value() or "",
        "zone": zone,
        "desk_zone": promises.desk_zone if promises.desk_zone != zone else "",
    }


def _proposed(
    request: MemberRequest, form: NewTicketForm, organisation: Organisation, follows: Ticket | None
) -> HttpResponse:
    """Without scripts: the form again, with the severity that its answers propose. Nothing is submitted."""
    form.is_valid()
    files = take_files(request, form, organisation)
    keep_files(request.member, form, organisation, files)
    proposed = proposed_severity(form.answers())
    more: dict[str, Any] = {"chosen": proposed or form["severity"].value() or "", "asked": True}
    form.errors.clear()  # nobody has submitted yet
    return _form_page(request, form, organisation, follows, **more)


@require_http_methods(["POST"])
@member_view("ticket.open")
def proposal(request: MemberRequest) -> HttpResponse:
    """With scripts: the choice of a severity alone, with what the answers propose."""
    form = NewTicketForm(request.POST)
    organisation = _organisation(request.member, request.POST)
    if organisation is None:
        raise Http404("There is no such organisation.")
    context = _severities(request.member, form, organisation) | {"asked": True}
    context["chosen"] = context["proposed"] or context["chosen"]
    return render(request, "tickets/_severity_choice.html", context)


@require_http_methods(["POST"])
@member_view("ticket.open")
def form_draft(request: MemberRequest) -> HttpResponse:
    """With scripts: keep the form as it stands. Its button without scripts too: forget it, and begin anew."""
    form = NewTicketForm(request.POST)
    form.is_valid()
    organisation = _organisation(request.member, request.POST)
    if organisation is None:
        raise Http404("There is no such organisation.")
    if "discard" in request.POST:
        discard_form(organisation=organisation, actor=request.member.actor)
        return redirect(f"{reverse('tickets:new')}?organisation={organisation.key}")
    draft, error = _keep(request, form, organisation)
    context = {"zone": request.member.user.time_zone, "at": database_now(), "draft": draft, "error": error}
    return render(request, "tickets/_draft_kept.html", context, status=422 if error else 200)


def _initial(organisation: Organisation, follows: Ticket | None) -> dict[str, object]:
    initial: dict[str, object] = {"submission_key": uuid.uuid4(), "organisation": organisation.key}
    if follows is not None:
        initial |= {
            "follows": follows.public_id,
            "subject": f"Follow-up: {follows.subject}"[:200],
            "severity": follows.severity,
            "requester": follows.requester_id,
        }
    return initial


def _followed(member: Member, text: str) -> Ticket | None:
    if not text:
        return None
    try:
        public_id = uuid.UUID(text)
    except ValueError:
        public_id = uuid.UUID(int=0)  # damaged is answered like missing
    return ticket_or_404(member, public_id)


def _organisation(member: Member, given: Mapping[str, str]) -> Organisation | None:
    """The client's own organisation; for staff the one that the address or form names, if they serve it."""
    if member.organisation is not None:
        return member.organisation
    key = given.get("organisation", "").replace("\x00", "")  # which the database would not take
    return organisations_in(member.organisation_ids).filter(key=key.upper()).first()

"""What a person may do to a ticket as it stands: the forms that its page offers, and no others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import staff_serving
from sla.models import Severity
from tickets import forms as shapes
from tickets.models import Ticket, TicketState

LIVE = (TicketState.OPEN, TicketState.WAITING, TicketState.RESOLVED)
ACTIVE = (TicketState.OPEN, TicketState.WAITING)
EVERY = tuple(TicketState)


@dataclass(frozen=True)
class Verb:
    """One operation as a form: who may do it, in which states, and how it is worded."""

    capability: str
    states: tuple[str, ...]
    form: type[forms.Form]
    title: str
    button: str
    style: str = ""
    fits: Callable[[Ticket, datetime, int], bool] = lambda _ticket, _at, _top: True


def _in_window(ticket: Ticket, at: datetime, _top: int) -> bool:
    return ticket.closes_at is None or at <= ticket.closes_at


def _is_p4(ticket: Ticket, _at: datetime, _top: int) -> bool:
    return ticket.severity == Severity.P4


def _below_top(ticket: Ticket, _at: datetime, top: int) -> bool:
    return ticket.level < top


VERBS = {
    "reply": Verb("ticket.reply", LIVE, shapes.ReplyForm, "Reply", "Send the reply", "primary"),
    "note": Verb("ticket.note", EVERY, shapes.NoteForm, "Internal note", "Keep the note"),
    "waiting": Verb(
        "ticket.wait",
        (TicketState.OPEN,),
        shapes.WaitingForm,
        "Wait for the client",
        "Ask, and pause the clocks",
    ),
    "resumption": Verb(
        "ticket.wait",
        (TicketState.WAITING,),
        shapes.ResumptionForm,
        "Go on without an answer",
        "Run the clocks again",
    ),
    "resolution": Verb("ticket.resolve", ACTIVE, shapes.ResolutionForm, "Resolve", "Resolve", "primary"),
    "assignment": Verb("ticket.assign", ACTIVE, shapes.AssignmentForm, "Assign", "Assign"),
    "severity": Verb("ticket.severity", ACTIVE, shapes.SeverityForm, "Change the severity", "Change it"),
    "plan": Verb("ticket.plan", ACTIVE, shapes.PlanForm, "Plan the work", "Set the date", fits=_is_p4),
    "escalation": Verb(
        "ticket.escalate",
        ACTIVE,
        shapes.EscalationForm,
        "Escalate",
        "Call the next level",
        "danger",
        _below_top,
    ),
    "reopening": Verb(
        "ticket.reopen", (TicketState.RESOLVED,), shapes.ReopeningForm, "Reopen", "Reopen", "", _in_window
    ),
    "closure": Verb(
        "ticket.close",
        (TicketState.RESOLVED,),
        shapes.ClosureForm,
        "Close for good",
        "It is solved: close it",
    ),
    "rating": Verb(
        "ticket.rate", (TicketState.RESOLVED, TicketState.CLOSED), shapes.RatingForm, "Did it help?", "Tell the team"
    ),
    "withdrawal": Verb("ticket.withdraw", ACTIVE, shapes.WithdrawalForm, "Withdraw", "I need it no more"),
}


@dataclass(frozen=True, kw_only=True)
class Doing:
    """A form on the ticket's page. `failed`: it was just refused and holds what was typed."""

    name: str
    verb: Verb
    form: forms.Form
    url: str
    failed: bool = False


def doings(
    ticket: Ticket,
    *,
    member: Member,
    at: datetime,
    top: int,
    serving: Iterable[StaffMember],
    failed: tuple[str, forms.Form] | None = None,
) -> list[Doing]:
    """The forms that this member may use on this ticket now, and the one just refused, with its text.

    `top` is the matrix's highest level, `serving` who may hold the ticket. A refused form stays even when its verb
    no longer fits, so that nothing typed is lost.
    """
    refused, bound = failed or ("", None)
    found = []
    for name, verb in VERBS.items():
        fits = member.may(verb.capability) and ticket.state in verb.states and verb.fits(ticket, at, top)
        if fits or name == refused:
            form = bound if name == refused and bound is not None else verb_form(name, ticket, serving=serving)
            url = reverse(f"tickets:{name}", args=[ticket.public_id])
            found.append(Doing(name=name, verb=verb, form=form, url=url, failed=name == refused))
    return found


def verb_form(
    name: str, ticket: Ticket, data: Any = None, *, serving: Iterable[StaffMember] | None = None
) -> forms.Form:
    """The form of a verb for this ticket: bound to `data`, or as the page offers it first.

    `serving` are the staff who may hold it, if the caller has them; else they are read.
    """
    initial: dict[str, Any] = {"severity": ticket.severity, "planned_on": ticket.planned_on}
    initial["assignee"] = ticket.assignee_id or ""
    form = VERBS[name].form(data, initial=initial, auto_id=f"{name}-%s")
    if isinstance(form, shapes.AssignmentForm):
        holders = staff_serving(ticket.organisation_id) if serving is None else serving
        people = [(str(person.pk), str(person)) for person in holders]
        field = form.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nobody"), *people]
    return form

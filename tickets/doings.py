"""What a person may do to a ticket as it stands: the forms that its page offers, and no others."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.urls import reverse

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember
from helpdesk.accounts.queries import staff_serving
from sla.versions import policy_version
from tickets.due import plan_words
from tickets.forms import verbs as shapes
from tickets.models import Ticket, TicketState
from tickets.window import is_in_window

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
    return is_in_window(ticket, at)


def _is_unpromised(ticket: Ticket, _at: datetime, _top: int) -> bool:
    return bool(plan_words(ticket))


def _is_covered(ticket: Ticket, _at: datetime, _top: int) -> bool:
    return not ticket.outside_reason


def _is_outside(ticket: Ticket, _at: datetime, _top: int) -> bool:
    return bool(ticket.outside_reason)


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
    "plan": Verb("ticket.plan", ACTIVE, shapes.PlanForm, "Plan the work", "Change the plan", fits=_is_unpromised),
    "outside": Verb(
        "ticket.outside",
        ACTIVE,
        shapes.OutsideForm,
        "Not standard support",
        "Tell the client, and pause the clocks",
        fits=_is_covered,
    ),
    "covered": Verb(
        "ticket.outside",
        ACTIVE,
        shapes.CoveredForm,
        "Standard support after all",
        "Run the clocks again",
        fits=_is_outside,
    ),
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


class Start(NamedTuple):
    """What a form that nobody has typed into shows: the ticket's values, who may hold it, and the policy's reasons."""

    initial: tuple[tuple[str, Any], ...]
    holders: tuple[tuple[str, str], ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Doing:
    """A form on the ticket's page. `bound` was just refused and holds what was typed; else the form is made when asked
    for, as many pages show what was written of it before.
    """

    name: str
    verb: Verb
    public_id: UUID
    start: Start
    bound: forms.Form | None = None

    @property
    def failed(self) -> bool:
        return self.bound is not None

    @cached_property
    def form(self) -> forms.Form:
        return self.bound if self.bound is not None else _form(self.name, self.start)

    @cached_property
    def url(self) -> str:
        return reverse(f"tickets:{self.name}", args=[self.public_id])


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
            start = _start(name, ticket, serving)
            given = bound if name == refused else None
            found.append(Doing(name=name, verb=verb, public_id=ticket.public_id, start=start, bound=given))
    return found


def verb_form(
    name: str, ticket: Ticket, data: Any = None, *, serving: Iterable[StaffMember] | None = None
) -> forms.Form:
    """The form of a verb for this ticket: bound to `data`, or as the page offers it first.

    `serving` are the staff who may hold it, if the caller has them; else they are read.
    """
    return _form(name, _start(name, ticket, serving), data)


def _start(name: str, ticket: Ticket, serving: Iterable[StaffMember] | None) -> Start:
    values = {"severity": ticket.severity, "planned_on": ticket.planned_on, "assignee": ticket.assignee_id or ""}
    shown = VERBS[name].form.base_fields
    initial = tuple((field, value) for field, value in values.items() if field in shown)
    if VERBS[name].form is shapes.OutsideForm:
        return Start(initial, reasons=tuple(policy_version(ticket.policy_version_id).not_covered))
    if "assignee" not in shown:
        return Start(initial)
    holders = staff_serving(ticket.organisation_id) if serving is None else serving
    return Start(initial, tuple((str(person.pk), str(person)) for person in holders))


def _form(name: str, start: Start, data: Any = None) -> forms.Form:
    form = VERBS[name].form(data, initial=dict(start.initial), auto_id=f"{name}-%s")
    if isinstance(form, shapes.AssignmentForm):
        field = form.fields["assignee"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Nobody"), *start.holders]
    if isinstance(form, shapes.OutsideForm):
        reasons = form.fields["reason"]
        assert isinstance(reasons, forms.ChoiceField)
        reasons.choices = [("", "Choose …"), *((reason, reason) for reason in start.reasons)]
    return form

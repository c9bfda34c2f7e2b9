"""What can be done to many tickets at once. Each verb calls the operation that does it to one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import StaffMember
from helpdesk.lib.errors import DomainError
from tickets.labels import TagRefused, parted, tag_names
from tickets.links import ticket_numbered
from tickets.lists.holders import colleagues
from tickets.models import Ticket
from tickets.operations.checks import required_text
from tickets.operations.conversation import reply, wait_for_client
from tickets.operations.handling import assign, change_severity
from tickets.operations.intake import check_length, check_severity
from tickets.operations.labels import tag_ticket
from tickets.operations.merging import merge
from tickets.operations.status import resolve

Arguments = Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class BulkVerb:
    """One verb: the capability that it needs, its arguments by name, their check, and the work on one ticket.

    `check` raises `DomainError` for what no ticket would take; `run` returns what was done, in words.
    """

    capability: str
    arguments: tuple[str, ...]
    check: Callable[[Arguments], object]
    run: Callable[[Ticket, Arguments, Member], str]


def _assign(ticket: Ticket, given: Arguments, member: Member) -> str:
    assignee = _assignee(given)
    assign(ticket=ticket, assignee=assignee, actor=member.actor)
    return _("Assigned to %(name)s.") % {"name": assignee} if assignee else _("Assigned to nobody.")


def _assignee(given: Arguments) -> StaffMember | None:
    text = given["assignee"]
    if not text:
        return None
    is_number = text.isascii() and text.isdecimal() and len(text) <= 12
    found = colleagues().select_related("user").filter(pk=int(text)).first() if is_number else None
    if found is None:
        raise DomainError(_("That is nobody who could hold these tickets."), field="assignee")
    return found


def _reply(ticket: Ticket, given: Arguments, member: Member) -> str:
    reply(ticket=ticket, body=given["body"], actor=member.actor)
    return _("The reply is sent.")


def _check_reply(given: Arguments) -> None:
    body = required_text(given["body"], field="body", message=_("Write the reply first."))
    check_length(body, field="body")


def _change_severity(ticket: Ticket, given: Arguments, member: Member) -> str:
    before = ticket.severity
    change_severity(ticket=ticket, severity=given["severity"], reason=given["reason"], actor=member.actor)
    return _("From %(before)s to %(after)s.") % {"before": before, "after": given["severity"]}


def _check_severity(given: Arguments) -> None:
    check_severity(given["severity"])
    required_text(given["reason"], field="reason", message=_("Say why the severity changes; the clients are told."))


def _wait(ticket: Ticket, given: Arguments, member: Member) -> str:
    wait_for_client(ticket=ticket, question=given["question"], actor=member.actor)
    return _("The question is sent; the clocks are paused.")


def _check_question(given: Arguments) -> None:
    required_text(given["question"], field="question", message=_("Write the question first."))


def _resolve(ticket: Ticket, given: Arguments, member: Member) -> str:
    resolve(ticket=ticket, message=given["message"], actor=member.actor)
    return _("Resolved.")


def _tag(ticket: Ticket, given: Arguments, member: Member) -> str:
    names = tag_ticket(ticket=ticket, add=parted(given["add"]), remove=parted(given["remove"]), actor=member.actor)
    return _("Its tags are now: %(tags)s.") % {"tags": ", ".join(names)} if names else _("It has no tags now.")


def _check_tags(given: Arguments) -> None:
    for field in ("add", "remove"):
        try:
            tag_names(parted(given[field]))
        except TagRefused as error:
            raise DomainError(str(error), field=field) from error
    if not parted(given["add"]) and not parted(given["remove"]):
        raise DomainError(_("Type a tag to add or to take off."), field="add")


def _merge(ticket: Ticket, given: Arguments, member: Member) -> str:
    into = ticket_numbered(given["into"], like=ticket, member=member)
    if into is None:
        raise DomainError(_("There is no ticket %(into)s of its organisation.") % {"into": given["into"].strip()})
    merge(ticket=ticket, into=into, actor=member.actor)
    return _("Merged into %(reference)s.") % {"reference": into.reference}


def _check_merge(given: Arguments) -> None:
    """A bare number would be another ticket for each organisation, and a merge is not taken back."""
    key, _dash, number = given["into"].strip().rpartition("-")
    if not (key and number.isascii() and number.isdecimal()):
        raise DomainError(_("Type the whole reference of one ticket, such as ACME-12."), field="into")


VERBS: Mapping[str, BulkVerb] = {
    "assign": BulkVerb(capability="ticket.assign", arguments=("assignee",), check=_assignee, run=_assign),
    "reply": BulkVerb(capability="ticket.reply", arguments=("body",), check=_check_reply, run=_reply),
    "severity": BulkVerb(
        capability="ticket.severity", arguments=("severity", "reason"), check=_check_severity, run=_change_severity
    ),
    "waiting": BulkVerb(capability="ticket.wait", arguments=("question",), check=_check_question, run=_wait),
    "resolution": BulkVerb(
        capability="ticket.resolve",
        arguments=("message",),
        check=lambda given: check_length(given["message"], field="message"),
        run=_resolve,
    ),
    "tags": BulkVerb(capability="ticket.tag", arguments=("add", "remove"), check=_check_tags, run=_tag),
    "merge": BulkVerb(capability="ticket.merge", arguments=("into",), check=_check_merge, run=_merge),
}


def verb_named(name: str) -> BulkVerb:
    """The verb of this name. Raises `DomainError` for any other."""
    found = VERBS.get(name)
    if found is None:
        raise DomainError(_("That cannot be done to many tickets at once."), field="verb")
    return found

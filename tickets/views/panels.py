"""What stands beside a ticket's timeline: one panel for each matter."""

from collections.abc import Sequence
from dataclasses import dataclass

from django import forms
from django.utils.safestring import SafeString

from helpdesk.accounts.members import Member
from tickets.fields import FieldLine, field_lines
from tickets.forms.fields import FieldsForm
from tickets.forms.panels import LinkForm, TagForm
from tickets.labels import known_tags, tags_of
from tickets.links import LinkLine, follow_ups_of, is_led_to, links_of
from tickets.models import Ticket, TicketState
from tickets.queries import tickets_visible_to
from tickets.similar import SimilarTicket, others_of_requester, similar_to
from tickets.views.stencils import Blank, Filling, part_markup

MOST_LISTED = 20
Failed = tuple[str, forms.Form] | None


@dataclass(frozen=True, kw_only=True)
class TagPanel:
    """The tags, the form for more of them where the reader may use it, and tags to propose while they type.

    `blank` is that form's markup while nobody has typed into it.
    """

    tags: list[str]
    form: forms.Form | None
    proposed: Sequence[str] = ()
    blank: SafeString | None = None


@dataclass(frozen=True, kw_only=True)
class FieldPanel:
    """The custom fields that the reader sees, and the form to change them where the reader may; `failed`: refused."""

    lines: list[FieldLine]
    form: forms.Form | None
    failed: bool


@dataclass(frozen=True, kw_only=True)
class LinkPanel:
    """What the ticket is linked with, and the form for one more where the reader may use it; `blank` as with tags."""

    lines: list[LinkLine]
    follow_ups: list[Ticket]
    form: forms.Form | None
    blank: SafeString | None


@dataclass(frozen=True, kw_only=True)
class RelatedPanel:
    """The requester's other tickets, and those of the organisation with a like subject."""

    theirs: list[Ticket]
    similar: list[SimilarTicket]


def panels(ticket: Ticket, *, member: Member, failed: Failed, page: Filling) -> dict[str, object]:
    """Every panel that this member sees, for the page's template; `failed` is the form just refused.

    `page` fills in the forms that nobody has typed into.
    """
    led_to = is_led_to(ticket)
    return {
        "field_panel": _fields(ticket, member=member, failed=failed),
        "tag_panel": _tags(ticket, member=member, failed=failed, page=page),
        "link_panel": _links(ticket, member=member, failed=failed, led_to=led_to, page=page),
        "related": _related(ticket) if member.is_staff else None,
        "may_merge": member.may("ticket.merge") and ticket.state != TicketState.CLOSED,
        "merged_into": _visible(ticket.merged_into_id, member=member),
        "merged_here": _merged_into(ticket, member=member) if led_to else [],
    }


def _merged_into(ticket: Ticket, *, member: Member) -> list[Ticket]:
    return list(tickets_visible_to(member).filter(merged_into=ticket).order_by("-pk")[:MOST_LISTED])


def _visible(pk: int | None, *, member: Member) -> Ticket | None:
    """The other ticket, where the member may see it."""
    return tickets_visible_to(member).filter(pk=pk).first() if pk is not None else None


def _fields(ticket: Ticket, *, member: Member, failed: Failed) -> FieldPanel:
    lines = field_lines(ticket, staff=member.is_staff)
    refused = refused_form(failed, "fields")
    form = (refused or FieldsForm(lines=lines, auto_id="fields-%s")) if member.may("ticket.fields") else None
    return FieldPanel(lines=lines, form=form, failed=refused is not None)


def _tags(ticket: Ticket, *, member: Member, failed: Failed, page: Filling) -> TagPanel | None:
    if not member.is_staff:
        return None
    tags = tags_of(ticket)
    if not member.may("ticket.tag"):
        return TagPanel(tags=tags, form=None)
    form = refused_form(failed, "tags") or TagForm(auto_id="tags-%s")
    known = known_tags(organisation_id=ticket.organisation_id)
    proposed = tuple(name for name in known if name not in tags)
    blank = None
    if not form.is_bound:
        blank = part_markup("tickets/panels/tag_form.html", page, form=Blank(TagForm, "tags-%s"), proposed=proposed)
    return TagPanel(tags=tags, form=form, proposed=proposed, blank=blank)


def _links(ticket: Ticket, *, member: Member, failed: Failed, led_to: bool, page: Filling) -> LinkPanel:
    form = refused_form(failed, "links") or LinkForm(auto_id="links-%s") if member.may("ticket.link") else None
    follow_ups = follow_ups_of(ticket, member=member) if led_to else []
    blank = None
    if form is not None and not form.is_bound:
        blank = part_markup("tickets/panels/link_form.html", page, form=Blank(LinkForm, "links-%s"))
    return LinkPanel(lines=links_of(ticket, member=member), follow_ups=follow_ups, form=form, blank=blank)


def _related(ticket: Ticket) -> RelatedPanel:
    return RelatedPanel(theirs=others_of_requester(ticket), similar=similar_to(ticket))


def refused_form(failed: Failed, name: str) -> forms.Form | None:
    """The form of this panel if it was just refused, with what was typed into it."""
    return failed[1] if failed is not None and failed[0] == name else None

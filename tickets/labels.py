"""How tags are written, and which there are."""

import unicodedata
from collections.abc import Iterable

from django.db.models import QuerySet

from helpdesk.lib.prepared import prepared
from tickets.models import Ticket, TicketTag
from tickets.models.labels import LONGEST_TAG

MOST_TAGS = 20
PROPOSED = 50  # as many as a browser lists without becoming slow to read
LOOKED_AT = 500


class TagRefused(ValueError):
    """This is no tag; the message is for the person who typed it."""


def tag_name(text: str) -> str:
    """The tag as stored: lower case, single spaces, no leading `#`. Raises `TagRefused` for what is none."""
    name = " ".join(unicodedata.normalize("NFC", text).lower().split()).lstrip("# ")
    if not name:
        raise TagRefused("Type a tag: a word or two, such as “invoices”.")
    if len(name) > LONGEST_TAG:
        raise TagRefused(f"“{name[:20]}…” is {len(name)} characters long; a tag has at most {LONGEST_TAG}.")
    if "," in name or not name.isprintable():
        raise TagRefused(f"“{name[:LONGEST_TAG]}” holds a character that a tag cannot have.")
    return name


def tag_names(texts: Iterable[str]) -> list[str]:
    """The tags as they are stored, each once, in their order. Raises `TagRefused` for the first that is none."""
    return list(dict.fromkeys(tag_name(text) for text in texts))


def parted(text: str) -> list[str]:
    """What was typed into one line, at its commas."""
    return [part for part in text.split(",") if part.strip()]


def tags_of(ticket: Ticket) -> list[str]:
    """The ticket's tags by name; for staff only."""
    return _tags(ticket=ticket.pk)


@prepared
def _tags(*, ticket: int) -> QuerySet[TicketTag, str]:
    return TicketTag.objects.filter(ticket_id=ticket).order_by("name").values_list("name", flat=True)


def known_tags(*, organisation_id: int | None = None) -> list[str]:
    """Tags to propose, by name: those used lately in one organisation, else in all of the scope. Capped."""
    return sorted(list(dict.fromkeys(_lately(organisation=organisation_id)))[:PROPOSED])


@prepared
def _lately(*, organisation: int | None) -> QuerySet[TicketTag, str]:
    found = TicketTag.objects.order_by("-pk")
    if organisation is not None:
        found = found.filter(organisation_id=organisation)
    return found.values_list("name", flat=True)[:LOOKED_AT]

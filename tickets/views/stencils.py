"""The forms of a ticket's page that nobody has typed into yet: each is written once, and then only filled in.

What such a form looks like depends on few things. They are the key that it is kept by in this process, so nothing of
another ticket or person can show. What differs from page to page stands in it as marks, which are random: no text of
anybody's can hold one.
"""

import secrets
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import NamedTuple
from uuid import UUID, uuid4

from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tickets.composer import Composer, Writer
from tickets.doings import VERBS, Doing, Start
from tickets.models import Ticket

MOST_KEPT = 512
_TICKET = uuid4()
_TOKEN, _SEEN, _REQUESTER = (secrets.token_hex(16) for _mark in range(3))


@dataclass(frozen=True)
class Filling:
    """What differs from page to page: the ticket, the CSRF token, and which side reads it."""

    ticket: Ticket
    token: str
    is_staff: bool

    def into(self, stencil: str, *, seen: int = 0) -> SafeString:
        """The markup without marks. The requester's name is escaped; the others are digits and letters of our own."""
        found = stencil.replace(str(_TICKET), str(self.ticket.public_id)).replace(_TOKEN, self.token)
        return SafeString(found.replace(_SEEN, str(seen)).replace(_REQUESTER, escape(self.ticket.requester.name)))


class _Surroundings(NamedTuple):
    """What the words of every form depend on: who reads them, in which language, and how much may be attached."""

    is_staff: bool
    language: str | None
    bytes_each: int
    files_each: int

    @property
    def context(self) -> dict[str, object]:
        """What the templates ask of the page, with marks in place of what differs."""
        return {"member": _Side(self.is_staff), "csrf_token": _TOKEN, "ticket": _StandIn()}


class _Side(NamedTuple):
    """A reader, as far as these templates look at one."""

    is_staff: bool


class _Person(NamedTuple):
    name: str = _REQUESTER


class _StandIn(NamedTuple):
    """A ticket, as far as these templates look at one."""

    public_id: UUID = _TICKET
    path: str = f"/tickets/{_TICKET}/"
    requester: _Person = _Person()


class _Macro(NamedTuple):
    """A reply template, as far as the list of them shows it."""

    pk: int
    name: str
    is_shared: bool


class Blank(NamedTuple):
    """A form that nobody has typed into."""

    shape: type[forms.Form]
    auto_id: str

    @property
    def form(self) -> forms.Form:
        return self.shape(auto_id=self.auto_id)


class _Around(NamedTuple):
    """What a form to write in shows besides itself."""

    can_wait: bool
    can_resolve: bool
    can_set_severity: bool
    can_tag: bool
    macros: tuple[_Macro, ...]
    seen: str = _SEEN


def doing_markup(doing: Doing, page: Filling) -> SafeString | None:
    """The form of a verb; None for one that was just refused: `tickets/_doing.html` shows what was typed."""
    if doing.failed:
        return None
    return page.into(_doing(doing.name, doing.start, _surroundings(page)))


def writer_markup(writer: Writer, composer: Composer, page: Filling) -> SafeString | None:
    """The form to write in; None once it has been written in: `tickets/_writer.html` shows what was typed."""
    doing = writer.doing
    if doing.failed or writer.draft is not None or writer.unseen or writer.asked is not None:
        return None
    macros = tuple(_Macro(one.pk, one.name, one.is_shared) for one in composer.macros)
    around = _Around(composer.can_wait, composer.can_resolve, composer.can_set_severity, composer.can_tag, macros)
    return page.into(_writer(doing.name, doing.start, around, _surroundings(page)), seen=composer.seen)


def part_markup(template: str, page: Filling, **given: Hashable) -> SafeString:
    """Another part with a form: what is given, and the marks, are all that its template shows."""
    return page.into(_part(template, tuple(given.items()), _surroundings(page)))


def _surroundings(page: Filling) -> _Surroundings:
    return _Surroundings(page.is_staff, get_language(), settings.ATTACHMENT_BYTES, settings.ATTACHMENTS_PER_MESSAGE)


@lru_cache(maxsize=MOST_KEPT)
def _doing(name: str, start: Start, surroundings: _Surroundings) -> str:
    return render_to_string("tickets/_doing.html", {**surroundings.context, "doing": _blank(name, start)})


@lru_cache(maxsize=MOST_KEPT)
def _writer(name: str, start: Start, around: _Around, surroundings: _Surroundings) -> str:
    doing = _blank(name, start)
    more: Mapping[str, object] = {"doing": doing, "writer": Writer(doing=doing), "composer": around}
    return render_to_string("tickets/_writer.html", {**surroundings.context, **more})


@lru_cache(maxsize=MOST_KEPT)
def _part(template: str, given: tuple[tuple[str, Hashable], ...], surroundings: _Surroundings) -> str:
    shown = {name: one.form if isinstance(one, Blank) else one for name, one in given}
    return render_to_string(template, {**surroundings.context, **shown})


def _blank(name: str, start: Start) -> Doing:
    return Doing(name=name, verb=VERBS[name], public_id=_TICKET, start=start)

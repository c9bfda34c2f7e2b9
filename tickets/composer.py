"""Where people write on a ticket: what is offered, and what happened that the writer has not seen yet."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from helpdesk.accounts.members import Member
from tickets.doings import Doing
from tickets.macros import offered_macros
from tickets.markdown import Passage
from tickets.models import Macro, MessageDraft
from tickets.timeline.rows import TimelineRow

WRITERS = ("reply", "note")
NO_VERSION = -1
_LONGEST = 12  # digits


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What a form was sent for without sending it: what it would look like, or a template put into it."""

    preview: Sequence[Passage] | None = None
    macro: Macro | None = None
    missing: Sequence[str] = ()  # of the template's variables


@dataclass(frozen=True, kw_only=True)
class Writer:
    """One form to write in. `draft` is what the person had begun before, which its text then is.

    `unseen` are the entries that were not there when the text was begun. A form just sent is stopped by them
    (`is_stopped`), and its second try goes on from here; under a draft they are only told.
    """

    doing: Doing
    draft: MessageDraft | None = None
    unseen: Sequence[TimelineRow] = ()
    asked: Asked | None = None

    @property
    def is_stopped(self) -> bool:
        return bool(self.unseen) and self.doing.failed


@dataclass(frozen=True, kw_only=True)
class Composer:
    """The writing part of a ticket's page. `seen` is the version that the page shows, which its forms carry."""

    writers: Sequence[Writer]
    seen: int
    mode: str
    can_wait: bool
    can_resolve: bool
    can_set_severity: bool
    can_tag: bool
    macros: Sequence[Macro] = ()

    @property
    def is_stopped(self) -> bool:
        return any(writer.is_stopped for writer in self.writers)


def composer_of(
    offered: Sequence[Doing],
    unseen_since: Callable[[int | None], Sequence[TimelineRow]],
    *,
    version: int,
    given: int | None,
    drafts: Mapping[str, MessageDraft],
    asked: Asked | None,
    member: Member,
) -> Composer | None:
    """The composer of a page at this version; `given` is the version that a form just sent was made upon.

    `unseen_since` reads what was written after a version.
    `asked` is what that form asked, if it was not to be sent. None where there is nothing to write, as on a closed
    ticket for clients.
    """
    writers = []
    for doing in offered:
        if doing.name in WRITERS:
            draft = None if doing.failed else drafts.get(doing.name)
            since = given if doing.failed else draft.seen if draft else None
            unseen = unseen_since(since)
            if draft is not None:
                doing.form.initial["body"] = draft.body
            writers.append(Writer(doing=doing, draft=draft, unseen=unseen, asked=asked if doing.failed else None))
    if not writers:
        return None
    names = {doing.name for doing in offered}
    return Composer(
        writers=writers,
        seen=version,
        mode=_mode(writers),
        can_wait="waiting" in names,
        can_resolve="resolution" in names,
        can_set_severity="severity" in names,
        can_tag=member.may("ticket.tag"),
        macros=offered_macros(member) if "reply" in names else (),
    )


def _mode(writers: Sequence[Writer]) -> str:
    """The form in front: the one just sent, else the first with a draft, else the first."""
    by_weight = sorted(writers, key=lambda writer: (not writer.doing.failed, writer.draft is None))
    return by_weight[0].doing.name


def files_of(draft: MessageDraft) -> list[uuid.UUID]:
    """The ids of the staged files that a draft was kept with."""
    found = []
    for text in draft.files:
        with suppress(ValueError):
            found.append(uuid.UUID(str(text)))
    return found


def seen_version(given: Mapping[str, str]) -> int | None:
    """The version that a form says it was made upon; None where it says nothing, and no version for what is none."""
    text = given.get("seen", "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else NO_VERSION

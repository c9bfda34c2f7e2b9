"""Where people write on a ticket: what is offered, and what happened that the writer has not seen yet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tickets.doings import Doing
from tickets.markdown import Passage
from tickets.models import TimelineEntry
from tickets.timeline_rows import TimelineRow

WRITERS = ("reply", "note")
NO_VERSION = -1
_LONGEST = 12  # digits


@dataclass(frozen=True, kw_only=True)
class Composer:
    """The writing part of a ticket's page.

    `seen` is the version that this page shows, which its forms carry. `unseen` are the entries that the writer had
    not seen when they sent: they stop the first try, and a second one goes on from here.
    """

    writers: Sequence[Doing]
    seen: int
    mode: str
    unseen: Sequence[TimelineRow] = ()
    preview: Sequence[Passage] | None = None
    can_wait: bool = False
    can_resolve: bool = False


def composer_of(
    offered: Sequence[Doing],
    entries: Sequence[TimelineEntry],
    rows: Sequence[TimelineRow],
    *,
    given: int | None,
    preview: Sequence[Passage] | None = None,
) -> Composer | None:
    """The composer of a page that shows these entries; `given` is the version that a form just sent was made upon.

    `preview` is what the form just sent would look like, where that was asked. None where there is nothing to write,
    as on a closed ticket for clients.
    """
    writers = [doing for doing in offered if doing.name in WRITERS]
    if not writers:
        return None
    names = {doing.name for doing in offered}
    failed = next((doing.name for doing in writers if doing.failed), "")
    return Composer(
        writers=writers,
        seen=len(entries),
        mode=failed or writers[0].name,
        unseen=unseen_rows(entries, rows, seen=given) if failed else (),
        preview=preview,
        can_wait="waiting" in names,
        can_resolve="resolution" in names,
    )


def unseen_rows(
    entries: Sequence[TimelineEntry], rows: Sequence[TimelineRow], *, seen: int | None
) -> Sequence[TimelineRow]:
    """The rows of what was written after the version `seen`, oldest first; none for a version that never was."""
    if seen is None or not 0 <= seen < len(entries):
        return ()
    newer = {entry.pk for entry in sorted(entries, key=lambda entry: entry.pk)[seen:]}
    return [row for row in rows if row.pk in newer]


def seen_version(given: Mapping[str, str]) -> int | None:
    """The version that a form says it was made upon; None where it says nothing, and no version for what is none."""
    text = given.get("seen", "").strip()
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _LONGEST else NO_VERSION

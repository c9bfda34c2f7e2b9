"""The timeline as one reader sees it: which entries, in which words, and what is internal."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import groupby
from uuid import UUID

from helpdesk.lib.instants import instant_text
from tickets.files import kind_of
from tickets.markdown import Passage, passages
from tickets.models import Attachment, EntryKind, TimelineEntry

FOLDED = 3  # so many events in a row are folded into one line
_ALARMS = {EntryKind.BREACH: "alarm", EntryKind.TARGET_MISSED: "warned", EntryKind.WARNING: "warned"}
_LATE = {
    "response": "The first response is overdue",
    "target": "The resolution target is missed",
    "limit": "The resolution limit is passed",
}
_SAID = {
    EntryKind.WAITING: "waits for the client",
    EntryKind.RESUMED: "goes on",
    EntryKind.RESOLVED: "resolved the ticket",
    EntryKind.WITHDRAWN: "withdrew the ticket",
    EntryKind.REOPENED: "reopened the ticket",
    EntryKind.CLOSED: "closed the ticket",
    EntryKind.ASSIGNED: "assigned the ticket",
    EntryKind.PLANNED: "changed the plan",
    EntryKind.ESCALATED: "asked for the next level",
    EntryKind.ACKNOWLEDGED: "acknowledged an escalation",
    EntryKind.REMINDED: "reminded the level",
    EntryKind.BREACH_WITHDRAWN: "withdrew a breach",
    EntryKind.DEADLINE_MOVED: "moved a deadline",
    EntryKind.LINKED: "linked a ticket",
    EntryKind.OPENED: "opened the ticket",
    EntryKind.REPLY: "replied",
    EntryKind.NOTE: "noted",
    EntryKind.HANDED: "handed an escalation on",
    EntryKind.MERGED: "merged the ticket",
    EntryKind.FIELDS: "changed what its fields say",
    EntryKind.OUTSIDE: "marked the ticket as outside standard support",
    EntryKind.COVERED: "took it back: within standard support",
    EntryKind.POLICY: "moved the ticket to another version of the policy",
    EntryKind.RATED: "said whether it helped",
}
_RATED = {"yes": "said that it helped", "partly": "said that it helped partly", "no": "said that it did not help"}


@dataclass(frozen=True, kw_only=True)
class FileLine:
    """A file as shown: what to call it, what it is, how many bytes."""

    public_id: UUID
    name: str
    kind: str
    size: int


@dataclass(frozen=True, kw_only=True)
class MailLine:
    """That an entry came by mail: from which address, whether that was proven, and whether it can be shown as sent.

    `sender` is empty for who is not told more than the text.
    """

    sender: str
    verified: bool
    has_html: bool


@dataclass(frozen=True, kw_only=True)
class TimelineRow:
    """One entry as shown. `look` holds its classes; `internal` says that clients never see it.

    A message is what people wrote to be read: its `passages` are shown in place of its plain `body`.
    """

    pk: int
    at: datetime
    who: str
    side: str
    said: str
    body: str
    look: str
    internal: bool
    told: list[str] = field(default_factory=list)
    files: Sequence[FileLine] = ()
    mails: Sequence[str] = ()  # how the mails that quote it went; for staff
    mail: MailLine | None = None
    mentions: Sequence[str] = ()
    stands_out: bool = False  # nobody must overlook it: it is never folded

    @property
    def is_message(self) -> bool:
        return not self.look.startswith("event")

    @property
    def is_alarm(self) -> bool:
        return self.look in ("event alarm", "event warned")

    @property
    def passages(self) -> Sequence[Passage]:
        """The message as HTML, in parts that may be folded. Made when it is asked for: programs get the text."""
        return passages(self.body, mentions=self.mentions) if self.is_message else ()


@dataclass(frozen=True)
class TimelinePart:
    """What stands together on the page: one entry, or events in a row that are folded into one line."""

    rows: Sequence[TimelineRow]

    @property
    def is_folded(self) -> bool:
        return len(self.rows) > 1


def timeline_parts(rows: Iterable[TimelineRow]) -> list[TimelinePart]:
    """The rows in their order; events that nobody must be told of are folded where several follow one another."""
    parts: list[TimelinePart] = []
    for folds, group in groupby(rows, key=lambda row: not (row.is_message or row.stands_out or row.files)):
        together = list(group)
        if folds and len(together) >= FOLDED:
            parts.append(TimelinePart(together))
        else:
            parts += [TimelinePart([row]) for row in together]
    return parts


def timeline_rows(
    entries: list[TimelineEntry],
    *,
    staff: bool,
    zone: str,
    files: Iterable[Attachment] = (),
    mails: Mapping[int, Sequence[str]] | None = None,
    came_by: Mapping[int, MailLine] | None = None,
) -> list[TimelineRow]:
    """The rows of a timeline, in its order. `staff` adds what only the vendor's side reads.

    `files` are those that the reader may see; each stands on its entry's row, as do the lines of `mails`, by entry.
    `came_by` are the mails by which entries came, by entry.
    """
    lines: dict[int | None, list[FileLine]] = {}
    for one in files:
        line = FileLine(public_id=one.public_id, name=one.name, kind=kind_of(one.content_type), size=one.size)
        lines.setdefault(one.entry_id, []).append(line)
    rows = [_row(entry, staff=staff, zone=zone, lines=lines) for entry in entries if staff or entry.is_public]
    mails, came_by = mails or {}, came_by or {}
    beside = mails.keys() | came_by.keys()
    return [
        replace(row, mails=mails.get(row.pk, ()), mail=came_by.get(row.pk)) if row.pk in beside else row for row in rows
    ]


def _row(
    entry: TimelineEntry, *, staff: bool, zone: str, lines: Mapping[int | None, Sequence[FileLine]]
) -> TimelineRow:
    kind = EntryKind(entry.kind)
    return TimelineRow(
        pk=entry.pk,
        at=entry.at,
        who=entry.actor_name,
        side={"client": "client", "staff": "staff"}.get(entry.actor_kind, ""),
        said=_said(entry, kind),
        body=_for_staff(entry) if staff else _for_client(entry, kind, zone),
        look=_look(entry, kind),
        internal=not entry.is_public,
        told=list(entry.data.get("told", ())) if staff else [],
        files=lines.get(entry.pk, ()),
        mentions=[str(one["name"]) for one in entry.data.get("mentions", ())],
        stands_out=kind in _ALARMS or kind is EntryKind.ESCALATED,
    )


def _said(entry: TimelineEntry, kind: EntryKind) -> str:
    clock = entry.data.get("clock", "")
    if kind in (EntryKind.BREACH, EntryKind.TARGET_MISSED):
        return _LATE.get(clock, "A deadline is passed")
    if kind is EntryKind.WARNING:
        return "Most of the support time is used"
    if kind is EntryKind.SEVERITY and entry.data["from"] == entry.data["to"]:
        return f"confirmed the severity {entry.data['to']}"
    if kind is EntryKind.SEVERITY:
        return f"changed the severity from {entry.data['from']} to {entry.data['to']}"
    if kind is EntryKind.RATED:
        return _RATED[entry.data["helped"]]
    if kind is EntryKind.LINKED and entry.data.get("removed"):
        return "took a link off"
    if kind is EntryKind.REPLY and entry.data.get("automatic"):
        return "sent an automatic reply"
    return _SAID[kind]


def _look(entry: TimelineEntry, kind: EntryKind) -> str:
    if kind is EntryKind.NOTE:
        return "internal"
    is_message = kind in (EntryKind.REPLY, EntryKind.OPENED, EntryKind.REOPENED)
    if is_message or (kind in (EntryKind.RESOLVED, EntryKind.WITHDRAWN, EntryKind.RATED) and entry.body):
        return f"public from-{entry.actor_kind}"
    return f"event {_ALARMS.get(kind, '')}".strip()


def _for_staff(entry: TimelineEntry) -> str:
    """The entry's words, with the ladder's warning to the vendor where there is one."""
    return f"{entry.body} {entry.data.get('warning', '')}".strip()


def _for_client(entry: TimelineEntry, kind: EntryKind, zone: str) -> str:
    """The client's words: a late clock is told in their own zone, without the vendor's inner affairs."""
    if kind in (EntryKind.BREACH, EntryKind.TARGET_MISSED):
        level = entry.data.get("now_at", 1)
        gone = f" Your ticket is now with level {level}." if level > 1 else ""
        return f"It was due {instant_text(entry.at, zone)}.{gone}"
    return entry.body

"""The verdict: each promise as a count that must hold. Knows neither processes nor the database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from faults.evidence import BROUGHT, DEAD, NEVER_SENT, POISON, QUEUED, READ, SENT, UNMARKED, Evidence, NoticeRow

RUNG_EVENTS = ("response_overdue", "limit_passed")
LADDER = (*RUNG_EVENTS, "target_missed", "warning")
NAMED = 5  # how many of what is wrong are named


@dataclass(frozen=True)
class Check:
    """One promise: what was counted, what it had to be, and the first few that are wrong."""

    name: str
    found: int
    wanted: int
    wrong: tuple[str, ...] = ()
    at_least: bool = False

    @property
    def holds(self) -> bool:
        enough = self.found >= self.wanted if self.at_least else self.found == self.wanted
        return enough and not self.wrong


def verify(evidence: Evidence, *, kills_wanted: int, mails_wanted: int = 0) -> list[Check]:
    """Every promise, in the order in which a reader asks; each stands or falls by itself.

    `kills_wanted`: how many kills must have hit a sender between its claim and its mark for the run to say anything;
    `mails_wanted`: likewise who brings or reads a mail, at one of its steps.
    """
    return [
        *_recorded(evidence),
        *_twice(evidence),
        *_delivered(evidence),
        *_queue(evidence),
        *_submitted(evidence),
        *_mailed(evidence),
        _at_least("kills of a sender between claim and mark", evidence.killed_at(UNMARKED), kills_wanted),
        _at_least(
            "kills of who brings or reads a mail, at its steps", evidence.killed_at(BROUGHT | READ), mails_wanted
        ),
    ]


def _recorded(evidence: Evidence) -> list[Check]:
    """Due = on the timeline = in the audit log = on the ladder = distinct keys of notices."""
    due, record = evidence.expected.due, evidence.record
    rungs = {(reference, event) for reference, event, _ in due if event in RUNG_EVENTS}
    keys = {row.key.rpartition(":")[0] for row in _told(evidence)}
    owed, told = evidence.expected.owed, {_owed(row) for row in _told(evidence)}
    return [
        _set("escalations recorded on the timeline", set(record.timeline) & due, due),
        _set("escalations in the audit log", set(record.audits) & due, due),
        _set("rungs of the ladder", set(record.rungs), rungs),
        _none("recorded, but never due", set(record.timeline) - due - set(evidence.history)),
        Check("distinct keys of their notices", len(keys), len(due)),
        _set("their notices, one a recipient", told & owed, owed),
        _none("notices to somebody who is not owed one", told - owed),
    ]


def _told(evidence: Evidence) -> list[NoticeRow]:
    """The ladder's notices of this run: those of the history before it are marked as never to be sent."""
    return [row for row in evidence.record.notices if row.event in LADDER and row.state != NEVER_SENT]


def _owed(row: NoticeRow) -> tuple[str, str, str]:
    return row.reference, row.event, row.recipient


def _twice(evidence: Evidence) -> list[Check]:
    record = evidence.record
    return [
        _none("recorded twice: timeline", _repeated(record.timeline)),
        _none("recorded twice: audit log", _repeated(record.audits)),
        _none("recorded twice: ladder", _repeated(record.rungs)),
        _none("recorded twice: notices", _repeated(Counter(_owed(row) for row in _told(evidence)))),
        _none("two notices with one Message-ID", _repeated(Counter(row.message_id for row in record.notices))),
        _none("audit rows missing or in excess", set(record.timeline.items()) ^ set(record.audits.items())),
    ]


def _delivered(evidence: Evidence) -> list[Check]:
    """What is marked as sent is at the sink, and what is at the sink was a row first."""
    owed = {row.message_id: row for row in _deliverable(evidence)}
    there = {mail.message_id for mail in evidence.sink}
    poison = {row.message_id for row in evidence.record.notices if row.event == POISON}
    sent = {one for one, row in owed.items() if row.state == SENT}
    return [
        _set("notices at the sink", set(owed) & there, set(owed)),
        _none("lost: marked as sent, not at the sink", sent - there),
        _none("mails at the sink without a notice", there - set(owed)),
        _none("repeats that are not the same mail", _changed(evidence)),
        _none("poison at the sink", poison & there),
    ]


def _deliverable(evidence: Evidence) -> list[NoticeRow]:
    return [row for row in evidence.record.notices if row.event != POISON and row.state != NEVER_SENT]


def _changed(evidence: Evidence) -> set[str]:
    """Message-IDs that came with another recipient or another text than before, or than the row's."""
    wanted = {row.message_id: row.recipient for row in evidence.record.notices}
    forms: dict[str, set[tuple[str, str]]] = {}
    for mail in evidence.sink:
        forms.setdefault(mail.message_id, set()).add((mail.recipient, mail.digest))
    misled = {mail.message_id for mail in evidence.sink if mail.recipient != wanted.get(mail.message_id)}
    return {one for one, seen in forms.items() if len(seen) > 1} | (misled & set(wanted))


def _queue(evidence: Evidence) -> list[Check]:
    rows = _deliverable(evidence)
    late = {row.key for row in rows if row.state == QUEUED and row.late > evidence.late_after}
    poison = [row for row in evidence.record.notices if row.event == POISON]
    return [
        _none("notices queued for longer than two sweeps", late),
        _none("notices given up that were no poison", {row.key for row in rows if row.state == DEAD}),
        _zero("clocks due for longer than two sweeps", evidence.record.unswept),
        Check("poison rows still tried, or given up", sum(row.state in (QUEUED, DEAD) for row in poison), 1),
        _zero("stored clocks that differ from their timeline", evidence.record.differing),
    ]


def _submitted(evidence: Evidence) -> list[Check]:
    """What the loader saw committed is there, once; what it got no answer for is there at most once."""
    record, journal = evidence.record, evidence.journal
    tokens = record.tickets + record.replies
    return [
        _set("acknowledged tickets", set(record.tickets) & journal.opened, journal.opened),
        _set("acknowledged replies", set(record.replies) & journal.replied, journal.replied),
        _none("tickets or replies that stand twice", _repeated(tokens)),
        _none("work that nobody sent", set(tokens) - journal.opened - journal.replied - journal.unsure),
        _zero("tickets and replies without an audit row", record.unaudited),
        _zero("organisations with a gap in their ticket numbers", record.gaps),
    ]


def _mailed(evidence: Evidence) -> list[Check]:
    """Each mail, however often and by whichever way it was brought, is one ticket with one acknowledgement."""
    record, letters = evidence.record, evidence.letters
    return [
        _set("mails that are a ticket", set(record.letters) & letters, letters),
        _none("mails that are two tickets", _repeated(record.letters)),
        _set("mails that were acknowledged", set(record.answers) & letters, letters),
        _none("mails with two acknowledgements", _repeated(record.answers)),
        _zero("mails that wait for a reader or a person", record.unread),
    ]


def _repeated(counted: Counter) -> set:
    return {key for key, times in counted.items() if times > 1}


def _set(name: str, found: Iterable[object], wanted: Iterable[object]) -> Check:
    there, must = set(found), set(wanted)
    return Check(name, len(there), len(must), _names(must - there))


def _none(name: str, wrong: Iterable[object]) -> Check:
    bad = list(wrong)
    return Check(name, len(bad), 0, _names(bad))


def _zero(name: str, found: int) -> Check:
    return Check(name, found, 0)


def _at_least(name: str, found: int, wanted: int) -> Check:
    return Check(name, found, wanted, at_least=True)


def _names(wrong: Iterable[object]) -> tuple[str, ...]:
    return tuple(sorted(" ".join(one) if isinstance(one, tuple) and _is_text(one) else str(one) for one in wrong))[
        :NAMED
    ]


def _is_text(parts: Sequence[object]) -> bool:
    return all(isinstance(part, str) for part in parts)

"""What a fault run leaves behind, as plain facts: what had to happen, what the database says, what the sink has."""

from collections import Counter
from dataclasses import dataclass, field

# One thing that fell due: the ticket's reference, the event, and the clock it happened to.
Due = tuple[str, str, str]
# One mail that is owed for it: the ticket's reference, the event, and to whom.
Owed = tuple[str, str, str]

SENT, DEAD, QUEUED, NEVER_SENT = "sent", "dead", "queued", "archived"
POISON = "poison"  # the event of the notice that nobody can render
# The last point that a sender had passed: it had claimed a row, and had not yet marked it.
UNMARKED = frozenset({"sender.claimed", "sender.accepted", "sender.before_mark"})
# The last point that a sweep had passed: it had claimed and written, and had not yet come to its commit.
UNRECORDED = frozenset({"sweep.moved", "sweep.timeline", "sweep.rungs", "sweep.audit", "sweep.notices"})
# The last point that whoever brings a mail, and whoever reads it, had passed.
BROUGHT = frozenset({"mail.before_store", "mail.stored"})
READ = frozenset({"mail.claimed", "mail.before_commit", "mail.after_commit"})


@dataclass(frozen=True)
class Expected:
    """What the run has planned to fall due, known before any fault, and who must be told of it."""

    due: frozenset[Due]
    owed: frozenset[Owed]


@dataclass(frozen=True)
class Kill:
    """One process killed with signal 9, and the last named point that it had passed; empty while it was idle."""

    role: str
    point: str = ""


@dataclass(frozen=True, kw_only=True)
class NoticeRow:
    """One notice as the database has it. `late` is by how many seconds a queued one is past its time."""

    reference: str
    event: str
    recipient: str
    state: str
    message_id: str
    key: str
    late: float = 0.0


@dataclass(frozen=True)
class Mail:
    """One message that the sink has taken. The digest is of its subject and text."""

    message_id: str
    recipient: str
    digest: str


@dataclass(frozen=True)
class Journal:
    """What the loader was told. `opened` and `replied`: tokens of the work whose commit it saw; `unsure`: no answer."""

    opened: frozenset[str] = frozenset()
    replied: frozenset[str] = frozenset()
    unsure: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Record:
    """What the database holds. Counters, so that anything written twice shows."""

    timeline: Counter[Due] = field(default_factory=Counter)
    audits: Counter[Due] = field(default_factory=Counter)
    rungs: Counter[tuple[str, str]] = field(default_factory=Counter)
    notices: tuple[NoticeRow, ...] = ()
    tickets: Counter[str] = field(default_factory=Counter)  # by submission key
    replies: Counter[str] = field(default_factory=Counter)  # by the reply's token
    letters: Counter[str] = field(default_factory=Counter)  # tickets that mails have opened, by the mail's token
    answers: Counter[str] = field(default_factory=Counter)  # their acknowledgements, likewise
    unread: int = 0  # mails that wait for a reader or a person
    unaudited: int = 0  # tickets opened and replies written, less their audit rows
    gaps: int = 0  # organisations whose ticket numbers are not 1, 2, 3 …
    unswept: int = 0  # clocks that fell due more than two sweeps ago and are not recorded
    differing: int = 0  # stored clocks that are not the fold over their timeline


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Everything that the verdict rests on."""

    expected: Expected
    history: Counter[Due]  # what the timeline held before the first fault
    record: Record
    sink: tuple[Mail, ...]
    journal: Journal
    kills: tuple[Kill, ...]
    late_after: float  # two sweeps, in seconds
    letters: frozenset[str] = frozenset()  # the tokens of all mails that were brought

    def killed_at(self, points: frozenset[str]) -> int:
        """How many processes had one of these points as their last."""
        return sum(kill.point in points for kill in self.kills)

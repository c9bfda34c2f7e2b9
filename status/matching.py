"""Which known issues are like what somebody types into the form of a new ticket."""

import re
from collections.abc import Iterable, Sequence

from status.models import Incident
from status.queries import open_incidents, with_story

MOST_READ, MOST_TOLD = 30, 3
LONGEST_TYPED = 2_000
WORD = re.compile(r"\w{3,40}")
# Words that say nothing of the matter; those of fewer than three letters are not looked at.
COMMON = frozenset(
    WORD.findall(
        "the and for not can cannot our you your with from this that have has had was are does did but all any out get "
        "gets got its when what why how since please help problem issue error work works working doesn don"
    )
)


def matching(typed: str) -> Sequence[Incident]:
    """The open incidents of the scope at hand that share a word with the text, the likest first, at most three.

    A word counts if it stands in an incident's title, in what was told of it, or in the name of a component that it
    affects; it may go on in either, as in `invoice` and `invoices`. Four statements, whatever is typed.
    """
    words = words_of(typed[:LONGEST_TYPED])
    if not words:
        return ()
    found = [(_likeness(words, one), one) for one in with_story(open_incidents())[:MOST_READ]]
    likest = sorted((pair for pair in found if pair[0]), key=lambda pair: -pair[0])
    return [incident for _, incident in likest[:MOST_TOLD]]


def words_of(text: str) -> frozenset[str]:
    """The words that say something, in lower case."""
    return frozenset(WORD.findall(text.lower())) - COMMON


def _likeness(words: frozenset[str], incident: Incident) -> int:
    """How many of the words are met; in the title or a component's name each counts twice."""
    names = " ".join({row.component.name for row in incident.impacts.all()})
    heading = words_of(f"{incident.title} {names}")
    told = words_of(" ".join(update.body for update in incident.updates.all()))
    return sum(2 * _meets(word, heading) or int(_meets(word, told)) for word in words)


def _meets(word: str, others: Iterable[str]) -> bool:
    return any(word.startswith(other) or other.startswith(word) for other in others)

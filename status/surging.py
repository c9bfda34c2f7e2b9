"""When tickets of several organisations speak of the same: a pure rule over the subjects of the newest tickets."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from status.matching import words_of

STEM = 6  # letters: exports, exporting and export are one
SHARED = 0.6  # of a surge's tickets hold each further word that it is named by
MOST_WORDS = 3
OFTEN = 3  # times as often as usual, at least


@dataclass(frozen=True)
class Spoken:
    """A ticket as the rule sees it."""

    ticket_id: int
    organisation_id: int
    opened_at: datetime
    subject: str


@dataclass(frozen=True)
class Rule:
    """How many tickets of how many organisations within which time make a surge."""

    tickets: int = 4
    organisations: int = 2
    within: timedelta = timedelta(minutes=60)


@dataclass(frozen=True)
class Found:
    """A surge: the words that its tickets share, the most telling first, and the tickets in their order."""

    words: tuple[str, ...]
    stem: str
    tickets: tuple[Spoken, ...]


def stem_of(word: str) -> str:
    """What stands for a word and its other forms."""
    return word[:STEM]


def surges(newest: Iterable[Spoken], usual: Sequence[str], *, rule: Rule, at: datetime) -> list[Found]:
    """The surges among the tickets opened within the rule's time before `at`, the largest first; no ticket is in two.

    A word counts only where it comes at least three times as often as in `usual`, the subjects of earlier tickets.
    """
    left = [one for one in newest if at - rule.within < one.opened_at <= at]
    rates = _rates(usual)
    total = len(left)
    found: list[Found] = []
    while True:
        by_stem = _by_stem(left)
        strong = [
            (stem, tickets)
            for stem, tickets in by_stem.items()
            if len(tickets) >= rule.tickets
            and len({one.organisation_id for one in tickets}) >= rule.organisations
            and len(tickets) / total >= OFTEN * rates.get(stem, 0.0)
        ]
        if not strong:
            return found
        stem, tickets = max(strong, key=lambda pair: (len(pair[1]), -rates.get(pair[0], 0.0), pair[0]))
        found.append(_named(stem, tickets, by_stem))
        left = [one for one in left if one not in tickets]


def _named(stem: str, tickets: Sequence[Spoken], by_stem: dict[str, list[Spoken]]) -> Found:
    shared = {key: sum(one in tickets for one in others) for key, others in by_stem.items() if key != stem}
    close = sorted((key for key, many in shared.items() if many >= SHARED * len(tickets)), key=lambda key: -shared[key])
    words = tuple(_word(key, tickets) for key in (stem, *close[: MOST_WORDS - 1]))
    return Found(words, stem, tuple(sorted(tickets, key=lambda one: one.opened_at)))


def _word(stem: str, tickets: Iterable[Spoken]) -> str:
    """The form of a word that comes most often, the shortest of those."""
    forms = [word for one in tickets for word in words_of(one.subject) if stem_of(word) == stem]
    return min(set(forms), key=lambda word: (-forms.count(word), len(word), word))


def _by_stem(tickets: Iterable[Spoken]) -> dict[str, list[Spoken]]:
    found: dict[str, list[Spoken]] = {}
    for one in tickets:
        for stem in {stem_of(word) for word in words_of(one.subject) if not word.isdecimal()}:
            found.setdefault(stem, []).append(one)
    return found


def _rates(subjects: Sequence[str]) -> dict[str, float]:
    counts: dict[str, int] = {}
    for subject in subjects:
        for stem in {stem_of(word) for word in words_of(subject)}:
            counts[stem] = counts.get(stem, 0) + 1
    return {stem: many / len(subjects) for stem, many in counts.items()}

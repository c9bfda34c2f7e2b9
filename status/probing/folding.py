"""How far a probe's checks confirm something: the fold that the uptime engine makes of a series, one step at a time."""

from dataclasses import dataclass
from datetime import datetime
from enum import Enum, auto


class Turn(Enum):
    """What a step confirmed."""

    DOWN = auto()
    UP = auto()


@dataclass(frozen=True)
class Standing:
    """Down or not, and the checks in a row that speak against that: how many, and since which."""

    is_down: bool = False
    streak: int = 0
    since: datetime | None = None


def stepped(
    before: Standing, at: datetime, *, good: bool, failures: int, successes: int
) -> tuple[Standing, Turn | None, datetime | None]:
    """How it stands after one more result, what that confirms, and from which check on it holds (R8).

    A check without a result, or that was refused, is no step: it confirms nothing and interrupts nothing.
    """
    if good != before.is_down:  # it says what is known already
        return Standing(before.is_down), None, None
    since = before.since if before.streak and before.since is not None else at
    streak = before.streak + 1
    if streak < (successes if before.is_down else failures):
        return Standing(before.is_down, streak, since), None, None
    return Standing(not before.is_down), Turn.UP if before.is_down else Turn.DOWN, since

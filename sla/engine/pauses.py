"""Pauses as ordered stretches of instants that do not overlap."""

from collections.abc import Iterable
from datetime import datetime

from sla.engine.instants import to_us

Pause = tuple[datetime, datetime | None]
Stretch = tuple[int, int | None]


def merged(pauses: Iterable[Pause], start: int) -> list[Stretch]:
    """The pauses after `start`, in microseconds, in order, overlapping and touching ones as one.

    An end of None means still open. Empty and reversed ones are dropped: they hold no instant.
    """
    spans = [(to_us(begins), None if ends is None else to_us(ends)) for begins, ends in pauses]
    result: list[Stretch] = []
    for begins, ends in sorted(spans, key=lambda span: span[0]):
        first = max(begins, start)
        if ends is not None and ends <= first:
            continue
        if not result:
            result.append((first, ends))
            continue
        opened, last = result[-1]
        if last is None:
            break
        if first > last:
            result.append((first, ends))
        else:
            result[-1] = (opened, None if ends is None else max(last, ends))
    return result


def outside(pauses: Iterable[Stretch], begins: int, ends: int) -> list[Stretch]:
    """What remains of merged pauses when the stretch from `begins` to `ends` is taken out of them."""
    rest: list[Stretch] = []
    for first, last in pauses:
        if first < begins:
            rest.append((first, begins if last is None else min(last, begins)))
        if last is None or last > ends:
            rest.append((max(first, ends), last))
    return rest

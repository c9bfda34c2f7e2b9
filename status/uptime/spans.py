"""Stretches of instants, and what holds at each of them."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeVar

Stretch = tuple[int, int]


class Spanning(Protocol):
    """Anything that holds from `begins` up to, not including, `ends`, in microseconds."""

    @property
    def begins(self) -> int: ...

    @property
    def ends(self) -> int: ...


S = TypeVar("S", bound=Spanning)


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The union, in order; overlapping and touching ones as one. Empty and reversed ones hold no instant."""
    result: list[Stretch] = []
    for begins, ends in sorted(stretches):
        if ends <= begins:
            continue
        if result and begins <= result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], ends))
        else:
            result.append((begins, ends))
    return result


def without(stretches: Iterable[Stretch], taken: Sequence[Stretch]) -> list[Stretch]:
    """What remains of merged stretches when other merged ones are taken out."""
    rest: list[Stretch] = []
    for begins, ends in stretches:
        at = begins
        for first, last in taken:
            if last <= at or first >= ends:
                continue
            if at < first:
                rest.append((at, first))
            at = last
        if at < ends:
            rest.append((at, ends))
    return rest


def common(stretches: Iterable[Stretch], begins: int, ends: int) -> Iterator[Stretch]:
    """The parts that lie between `begins` and `ends`."""
    for first, last in stretches:
        if max(first, begins) < min(last, ends):
            yield max(first, begins), min(last, ends)


def slices(spans: Sequence[S], begins: int, ends: int) -> Iterator[tuple[int, int, list[S]]]:
    """The pieces between `begins` and `ends` over which the same spans hold, with them in the order given.

    Pieces over which none holds are left out.
    """
    starting: dict[int, list[int]] = {}
    ending: dict[int, list[int]] = {}
    for index, span in enumerate(spans):
        first, last = max(span.begins, begins), min(span.ends, ends)
        if first < last:
            starting.setdefault(first, []).append(index)
            ending.setdefault(last, []).append(index)
    held: set[int] = set()
    since = begins
    for at in sorted({*starting, *ending}):
        if held:
            yield since, at, [spans[index] for index in sorted(held)]
        held.difference_update(ending.get(at, ()))
        held.update(starting.get(at, ()))
        since = at

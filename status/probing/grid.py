"""The grid of a probe's checks: slots of one interval, which divides the hour; the first begins after each hour."""

from datetime import UTC, datetime, timedelta

HOUR = timedelta(hours=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def slot_of(at: datetime, *, interval: int, offset: int) -> datetime:
    """The slot that holds the instant: the newest that has begun."""
    seconds = (at - _EPOCH) // timedelta(seconds=1)
    return _EPOCH + timedelta(seconds=(seconds - offset) // interval * interval + offset)


def hour_of(at: datetime) -> datetime:
    """The full hour that has begun last."""
    return _EPOCH + (at - _EPOCH) // HOUR * HOUR


def place_of(slot: datetime, *, interval: int, offset: int) -> int:
    """Which slot of its hour it is. An hour's slots are those that begin in it."""
    return (slot - hour_of(slot) - timedelta(seconds=offset)) // timedelta(seconds=interval)


def slots_in_hour(interval: int) -> int:
    """How many slots an hour has."""
    return HOUR // timedelta(seconds=interval)

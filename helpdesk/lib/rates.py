"""How often something may be asked: a moving window in Redis, in this process's memory while Redis is away."""

import logging
import time
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from django.conf import settings
from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

logger = logging.getLogger(__name__)

# How long this process asks Redis no more after a failure: one that hangs costs one time-out, not one for each call.
PAUSE_SECONDS = 5.0
_memory = MovingWindowRateLimiter(MemoryStorage())
_asked_again_at = 0.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where a caller stands: how many calls the window takes, how many are left, and the seconds until one more is."""

    allowed: bool
    limit: int
    left: int
    seconds: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(self.left),
            "RateLimit-Reset": str(self.seconds),
        }


@lru_cache(maxsize=4)
def _shared(url: str) -> MovingWindowRateLimiter:
    address = url.replace("unix://", "redis+unix://") if url.startswith("unix://") else url
    storage = RedisStorage(address, key_prefix="rate", wrap_exceptions=True, socket_timeout=1, socket_connect_timeout=1)
    return MovingWindowRateLimiter(storage)


def hit(rate: str, *names: str) -> Standing:
    """Count one call under these names against a rate such as `600/minute`."""
    global _asked_again_at  # noqa: PLW0603 - one Redis for the process
    item = parse(rate)
    if time.monotonic() >= _asked_again_at:
        try:
            return _hit(_shared(str(settings.API_LIMITS_URL)), item, names)
        except (StorageError, OSError) as error:
            _asked_again_at = time.monotonic() + PAUSE_SECONDS
            logger.warning("Redis does not answer, this process counts calls for itself: %s", error)
    return _hit(_memory, item, names)


def _hit(limiter: MovingWindowRateLimiter, item: RateLimitItem, names: tuple[str, ...]) -> Standing:
    allowed = limiter.hit(item, *names)
    window = limiter.get_window_stats(item, *names)
    seconds = max(1, ceil(window.reset_time - time.time()))
    return Standing(allowed=allowed, limit=item.amount, left=max(0, window.remaining), seconds=seconds)

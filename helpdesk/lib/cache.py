"""A Redis cache whose loss nobody notices: limits are then counted per process, and every page still answers."""

import logging
import time
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
# How long this process asks no more after a failure: a Redis that hangs costs one time-out, not one for each call.
PAUSE_SECONDS = 5.0


def _forgiving(method: str) -> Callable[..., Any]:
    def ask(self: "ForgivingRedisCache", *args: Any, **options: Any) -> Any:
        return self._ask(method, *args, **options)

    ask.__name__ = method
    return ask


class ForgivingRedisCache(RedisCache):
    """Redis while it answers; this process's memory while it does not. Nothing that must happen lives here.

    Every call that the base class sends to the server is listed below; its other ones are made of these.
    """

    # By server and for the whole process: Django makes one object for each thread.
    _asked_again_at: ClassVar[dict[str, float]] = {}

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._server = server
        self._fallback = LocMemCache("while-redis-is-away", {})

    add = _forgiving("add")
    get = _forgiving("get")
    set = _forgiving("set")
    touch = _forgiving("touch")
    delete = _forgiving("delete")
    get_many = _forgiving("get_many")
    set_many = _forgiving("set_many")
    delete_many = _forgiving("delete_many")
    has_key = _forgiving("has_key")
    incr = _forgiving("incr")

    def clear(self) -> None:
        """Forget everything, also what was kept while Redis was away."""
        self._fallback.clear()
        self._ask("clear")

    def _ask(self, method: str, *args: Any, **options: Any) -> Any:
        if time.monotonic() >= self._asked_again_at.get(self._server, 0.0):
            try:
                return getattr(super(), method)(*args, **options)
            except (RedisError, OSError) as error:
                self._asked_again_at[self._server] = time.monotonic() + PAUSE_SECONDS
                logger.warning("the cache does not answer, this process remembers for itself: %s", error)
        return getattr(self._fallback, method)(*args, **options)

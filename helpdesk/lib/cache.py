"""A Redis cache whose loss nobody notices: limits are then counted per process, and every page still answers."""

import logging
from typing import Any

from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingRedisCache(RedisCache):
    """Redis while it answers; this process's memory while it does not. Nothing that must happen lives here."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._fallback = LocMemCache("while-redis-is-away", {})

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default, version=version)

    def set(self, key: str, value: Any, *args: Any, **options: Any) -> Any:
        return self._ask("set", key, value, *args, **options)

    def add(self, key: str, value: Any, *args: Any, **options: Any) -> Any:
        return self._ask("add", key, value, *args, **options)

    def delete(self, key: str, version: int | None = None) -> Any:
        return self._ask("delete", key, version=version)

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> Any:
        return self._ask("incr", key, delta, version=version)

    def _ask(self, method: str, *args: Any, **options: Any) -> Any:
        try:
            return getattr(super(), method)(*args, **options)
        except (RedisError, OSError) as error:
            logger.warning("the cache does not answer, this process remembers for itself: %s", error)
            return getattr(self._fallback, method)(*args, **options)

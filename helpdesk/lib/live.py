"""Tell open pages that something has changed. A word says only that, never what: whoever hears it looks again.

The words go through Redis and are lost while it is away; pages also look by themselves, so that costs seconds only.
"""

import logging
import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from django.conf import settings
from django.db import connection, transaction
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import RedisError
from redis.retry import Retry

from helpdesk.lib.tenancy import tenant_key
from helpdesk.lib.wake import is_muted

logger = logging.getLogger(__name__)
EVERY_CHANNEL = "org:*:live"  # the pattern of all that `channel_of` builds
CHANNEL = re.compile(r"org:([0-9]{1,18}):live")
LONGEST_WAIT_S = 0.5
# How long this process publishes no more after a failure: a Redis that hangs costs one wait, not one a change.
PAUSE_S = 5.0


class Topic(StrEnum):
    """What can change under a page that is being read."""

    TICKETS = "tickets"
    STATUS = "status"


@dataclass(frozen=True)
class _Word:
    """What is published once the transaction has committed. Equal words of one transaction are said once."""

    organisation_ids: frozenset[int]
    topic: Topic

    def __call__(self) -> None:
        _publish(self)


def changed(*, organisation_ids: Iterable[int], topic: Topic) -> None:
    """Tell the open pages of these organisations' readers, once the current transaction has committed.

    Never raises and never waits longer than `LONGEST_WAIT_S` for a Redis that is in trouble. Nothing is said while
    bells are muted.
    """
    word = _Word(frozenset(organisation_ids), topic)
    # Said already if it is asked for in this transaction, also in a savepoint since released: one that is rolled back
    # takes its words with it.
    if word.organisation_ids and not is_muted() and all(asked[1] != word for asked in connection.run_on_commit):
        transaction.on_commit(word, robust=True)


def channel_of(organisation_id: int) -> str:
    """The channel of what changes for this organisation."""
    return tenant_key(organisation_id, "live")


def organisation_of(channel: str) -> int | None:
    """The organisation whose channel this is; None for any other name."""
    found = CHANNEL.fullmatch(channel)
    return int(found[1]) if found else None


@lru_cache(maxsize=4)
def _server(url: str) -> Redis:
    # A pooled connection may have died while it lay unused: one more try, at once. A wait is never repeated.
    retry = Retry(NoBackoff(), 1, supported_errors=(Unreachable,))
    return Redis.from_url(url, socket_timeout=LONGEST_WAIT_S, socket_connect_timeout=LONGEST_WAIT_S, retry=retry)


class _Pause:
    """Until when nothing is published, on the monotonic clock."""

    until: float = 0.0


def _publish(word: _Word) -> None:
    if time.monotonic() < _Pause.until:
        return
    try:
        with _server(settings.REDIS_URL).pipeline(transaction=False) as together:
            for organisation_id in word.organisation_ids:
                together.publish(channel_of(organisation_id), word.topic.value)
            together.execute()
    except (RedisError, OSError) as error:
        _Pause.until = time.monotonic() + PAUSE_S
        logger.warning("open pages are not told, they look by themselves: %s", error)

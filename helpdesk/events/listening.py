"""One subscription for the whole process, whatever the number of streams; while Redis is away it keeps trying."""

import asyncio
import logging

from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from helpdesk.events.hub import Hub
from helpdesk.lib.live import EVERY_CHANNEL, Topic, organisation_of

logger = logging.getLogger(__name__)
WAIT_S = 5.0
SILENCE_S = 10.0  # after so long Redis is asked whether it is there; after twice as long it is taken to be away
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 15.0


async def listen(hub: Hub, *, url: str) -> None:
    """Pass what is published on to the hub, until cancelled."""
    pause = FIRST_PAUSE_S
    while True:
        server = Redis.from_url(url, socket_connect_timeout=WAIT_S, retry=Retry(NoBackoff(), 0))
        try:
            async with server, server.pubsub() as channels:
                await asyncio.wait_for(channels.psubscribe(EVERY_CHANNEL), WAIT_S)
                await _pass_on(hub, channels)
        except (RedisError, OSError, TimeoutError) as error:
            logger.warning("changes are not heard of, pages look by themselves: %s", error)
        pause = FIRST_PAUSE_S if hub.is_heard else min(pause * 2, LONGEST_PAUSE_S)
        hub.hears(False)
        await asyncio.sleep(pause)


async def _pass_on(hub: Hub, channels: PubSub) -> None:
    """Returns when Redis has fallen silent."""
    asked = False
    while True:
        message = await channels.get_message(timeout=SILENCE_S)
        if message is None:
            if asked:
                raise TimeoutError("Redis has fallen silent")
            await asyncio.wait_for(channels.ping(), WAIT_S)
        asked = message is None
        if message is None:
            continue
        if message["type"] == "psubscribe":
            hub.hears(True)
        elif message["type"] == "pmessage":
            _pass(hub, channel=message["channel"], word=message["data"])


def _pass(hub: Hub, *, channel: bytes, word: bytes) -> None:
    organisation_id, text = organisation_of(channel.decode(errors="replace")), word.decode(errors="replace")
    if organisation_id is not None and text in list(Topic):
        hub.tell(organisation_id, text)

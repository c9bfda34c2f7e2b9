"""The cache may be lost at any time; nothing that a person does may notice."""

import pytest

from helpdesk.lib.cache import ForgivingRedisCache


@pytest.fixture
def lost():
    return ForgivingRedisCache("redis://127.0.0.1:1/2", {"OPTIONS": {"socket_connect_timeout": 0.2}})


def test_without_redis_this_process_remembers_for_itself(lost):
    assert lost.get("attempts", 0) == 0
    lost.set("attempts", 3, 60)
    assert lost.incr("attempts") == 4
    assert lost.get("attempts") == 4
    assert not lost.add("attempts", 9, 60)
    assert lost.delete("attempts")
    assert lost.get("attempts") is None

"""The cache may be lost at any time; nothing that a person does may notice."""

import socket
import time

import pytest
from django.core.cache.backends.base import BaseCache
from django.core.cache.backends.redis import RedisCache

from helpdesk.lib import cache as module
from helpdesk.lib.cache import ForgivingRedisCache


@pytest.fixture
def lost():
    found = ForgivingRedisCache("redis://127.0.0.1:1/2", {"OPTIONS": {"socket_connect_timeout": 0.2}})
    found.clear()
    return found


def test_without_redis_this_process_remembers_for_itself(lost):
    assert lost.get("attempts", 0) == 0
    lost.set("attempts", 3, 60)
    assert lost.incr("attempts") == 4
    assert lost.get("attempts") == 4
    assert not lost.add("attempts", 9, 60)
    assert lost.delete("attempts")
    assert lost.get("attempts") is None


def test_without_redis_every_other_call_answers_too(lost):
    assert lost.set_many({"a": 1, "b": 2}, 60) == []
    assert lost.get_many(["a", "b", "c"]) == {"a": 1, "b": 2}
    assert (lost.touch("a", 60), lost.touch("c", 60)) == (True, False)
    assert (lost.has_key("a"), "c" in lost) == (True, False)
    assert lost.decr("b") == 1
    assert lost.get_or_set("c", 3, 60) == 3
    lost.delete_many(["a", "b"])
    assert lost.get_many(["a", "b", "c"]) == {"c": 3}
    lost.clear()
    assert lost.get("c") is None


def test_whatever_django_sends_to_the_server_is_forgiven():
    sent = {name for name in vars(RedisCache) if name in vars(BaseCache) and not name.startswith("_")}
    assert sent - {"get_backend_timeout"} <= set(vars(ForgivingRedisCache))


def test_an_unknown_counter_is_still_an_error_of_the_caller(lost):
    with pytest.raises(ValueError, match="not found"):
        lost.incr("nothing")


def test_a_redis_that_hangs_costs_one_time_out_not_one_for_each_call():
    with socket.create_server(("127.0.0.1", 0)) as silent:  # accepts, and never says a word
        address = f"redis://127.0.0.1:{silent.getsockname()[1]}/2"
        hanging = ForgivingRedisCache(address, {"OPTIONS": {"socket_timeout": 0.3, "socket_connect_timeout": 0.3}})
        began = time.monotonic()
        hanging.set("attempts", 1, 60)
        first = time.monotonic() - began
        for _ in range(20):
            hanging.incr("attempts")
        assert time.monotonic() - began < first + 3, "one time-out, not twenty of 0.3 s"
        assert hanging.get("attempts") == 21


def test_redis_is_asked_again_after_the_pause(lost, monkeypatch):
    asked = []
    monkeypatch.setattr(RedisCache, "get", lambda self, key, *rest, **more: asked.append(key))
    lost.get("a")
    assert asked == [], "it failed a moment ago"
    monkeypatch.setitem(ForgivingRedisCache._asked_again_at, "redis://127.0.0.1:1/2", time.monotonic() - 1)
    lost.get("b")
    assert asked == ["b"]
    assert module.PAUSE_SECONDS <= 10, "limits should be shared again soon"

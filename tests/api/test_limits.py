"""Limits: counted in Redis for all processes together, in memory while Redis is away; never a fault."""

import pytest

from helpdesk.lib import rates
from tests.api.conftest import Caller, path_of, problem, token_for

AWAY = ["redis://127.0.0.1:1/2", "unix:///nowhere/redis.sock?db=2"]


@pytest.fixture
def few(settings):
    settings.API_RATE, settings.API_WRITE_RATE, settings.API_REFUSED_RATE = "5/minute", "2/minute", "3/minute"


def standing(answer) -> tuple[int, int]:
    return int(answer.headers["RateLimit-Limit"]), int(answer.headers["RateLimit-Remaining"])


@pytest.mark.parametrize("redis", ["there", *AWAY])
def test_a_token_has_so_many_calls_and_is_then_told_when_to_come_again(world, settings, few, redis):
    if redis != "there":
        settings.API_LIMITS_URL = redis
    alice, amara = Caller(token_for(world.alice)), Caller(token_for(world.amara))
    answers = [alice.get("/me/") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert [standing(answer) for answer in answers] == [(5, left) for left in (4, 3, 2, 1, 0, 0)]
    assert problem(answers[-1]) == (429, "rate-limited")
    assert 1 <= int(answers[-1].headers["Retry-After"]) <= 60
    assert amara.get("/me/").status_code == 200
    assert Caller(token_for(world.alice)).get("/me/").status_code == 200, "a limit is a token's"


def test_with_redis_away_every_call_still_answers_and_is_counted(world, ticket, settings):
    """Redis stopped: reading, writing and refusing go on."""
    settings.API_LIMITS_URL = AWAY[0]
    alice = Caller(token_for(world.alice))
    assert alice.get(path_of(ticket)).status_code == 200
    assert alice.post(f"{path_of(ticket)}messages/", {"body": "x"}, Idempotency_Key="k").status_code == 201
    assert problem(Caller("hd_0_0").get("/me/")) == (401, "unauthenticated")
    assert int(alice.get("/me/").headers["RateLimit-Remaining"]) == 600 - 3


def test_a_redis_that_is_away_is_not_asked_for_each_call(world, settings, monkeypatch):
    asked = []
    monkeypatch.setattr(rates, "_shared", lambda url: asked.append(url) or (_ for _ in ()).throw(OSError("away")))
    alice = Caller(token_for(world.alice))
    for _ in range(3):
        assert alice.get("/me/").status_code == 200
    assert len(asked) == 1


def test_changes_have_a_limit_of_their_own(world, ticket, few):
    alice = Caller(token_for(world.alice))
    codes = [alice.post(f"{path_of(ticket)}messages/", {"body": "x"}).status_code for _ in range(3)]
    assert codes == [201, 201, 429]
    assert alice.get("/me/").status_code == 200


def test_a_persons_sessions_are_counted_together(world, signed_in, few):
    for _ in range(5):
        assert signed_in(world.alice).get("/api/v1/me/").status_code == 200
    assert problem(signed_in(world.alice).get("/api/v1/me/")) == (429, "rate-limited")


def test_tokens_that_do_not_work_are_limited_by_address(world, few):
    codes = [Caller(f"hd_0000000{n}_x").get("/me/").status_code for n in range(4)]
    assert codes == [401, 401, 401, 429]
    forged = Caller("hd_00000009_x").get("/me/", X_Forwarded_For="203.0.113.9")
    assert (problem(forged), "Retry-After" in forged.headers) == ((429, "rate-limited"), True)
    assert Caller(token_for(world.alice)).get("/me/").status_code == 200


def test_a_call_that_is_refused_counts_like_any_other(world, few):
    """A token for reading that tries to write may not do so without end."""
    reader = Caller(token_for(world.alice, "read"))
    answers = [reader.post("/tickets/", {}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [403, 403, 429]
    assert [standing(answer) for answer in answers] == [(2, 1), (2, 0), (2, 0)]
    assert standing(reader.get("/me/")) == (5, 1), "each was counted once"

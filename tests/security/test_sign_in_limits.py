"""Row 43: limits hold against many attempts at once, against forged addresses, and while Redis is away."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.test import Client

from helpdesk.accounts.models import User
from tests.conftest import World

LIMIT = 8  # for one account, in five minutes
LOST = {"default": {"BACKEND": "helpdesk.lib.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/2"}}


@pytest.fixture
def checked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really compared; a list's append is atomic."""
    found: list[str] = []
    real = User.check_password

    def check(self: User, raw: str) -> bool:
        found.append(raw)
        return real(self, raw)

    monkeypatch.setattr(User, "check_password", check)
    return found


def attempt(number: int) -> str:
    try:
        given = {"login": "alice@acme.example", "password": f"guess {number}"}
        answer = Client().post("/accounts/login/", given, HTTP_X_FORWARDED_FOR=f"203.0.113.{number}")
        return answer.content.decode()
    finally:
        connection.close()


def test_row_43_of_a_hundred_attempts_at_once_no_more_than_the_limit_reach_the_password(
    committed_world: World, checked: list[str]
) -> None:
    with ThreadPoolExecutor(20) as pool:
        pages = list(pool.map(attempt, range(100)))
    assert 1 <= len(checked) <= LIMIT
    assert len(set(checked)) == len(checked)
    refused = [page for page in pages if "Too many" in page]
    assert len(refused) == 100 - len(checked)


def test_row_43_without_redis_each_process_holds_the_limit_by_itself(
    committed_world: World, checked: list[str], settings
) -> None:
    settings.CACHES = LOST
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(attempt, range(40)))
    assert 1 <= len(checked) <= LIMIT
    given = {"login": "bob@globex.example", "password": "guess"}
    Client().post("/accounts/login/", given, REMOTE_ADDR="198.51.100.7")
    assert checked[-1] == "guess", "another account is not locked out"

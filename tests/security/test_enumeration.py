"""Row 42: who has an account shows in no answer to a stranger, and in no time that it takes."""

import time
from math import inf

import pytest
from django.conf import global_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.tenancy import system_scope
from helpdesk.notifications.models import AccountNotice
from tests.conftest import World

LOGIN, RESET = "/accounts/login/", "/accounts/password/reset/"
ALIKE = 0.1


@pytest.fixture(autouse=True)
def _no_limits(settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {}


def body_for(path: str, address: str) -> tuple[int, str, str]:
    field = "login" if path == LOGIN else "email"
    answer = Client().post(path, {field: address, "password": "not the password"})
    page = answer.content.decode().replace(address, "ADDRESS")
    return answer.status_code, answer.headers.get("Location", ""), page.split("<main")[-1].split("csrfmiddleware")[0]


def effort(path: str, address: str) -> float:
    """The processor's seconds of one request."""
    field = "login" if path == LOGIN else "email"
    browser, given = Client(), {field: address, "password": "not the password"}
    began = time.thread_time()
    browser.post(path, given)
    return time.thread_time() - began


def difference(path: str, known: str, unknown: str, *, tries: int) -> float:
    """By how much the least efforts differ, as a share: what disturbs on a busy machine can only add to one.

    At most six times so many tries, and no more once they are within ALIKE of each other.
    """
    effort(path, known), effort(path, unknown)
    least = {known: inf, unknown: inf}
    for number in range(1, 6 * tries + 1):
        least = {address: min(seconds, effort(path, address)) for address, seconds in least.items()}
        if number >= tries and abs(least[known] / least[unknown] - 1) <= ALIKE:
            break
    return abs(least[known] / least[unknown] - 1)


@pytest.mark.parametrize("path", [LOGIN, RESET])
def test_row_42_a_known_and_an_unknown_address_get_the_same_answer(world: World, path: str) -> None:
    assert body_for(path, "alice@acme.example") == body_for(path, "nobody@acme.example")


def test_row_42_signing_in_takes_as_long_for_an_unknown_address(world: World, settings) -> None:
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    world.alice.set_password("the right password")
    world.alice.save()
    assert effort(LOGIN, "alice@acme.example") > 0.05, "the production hash was really computed"
    assert difference(LOGIN, "alice@acme.example", "nobody@acme.example", tries=5) <= ALIKE


def test_row_42_asking_for_a_reset_takes_as_long_for_an_unknown_address(world: World) -> None:
    assert difference(RESET, "alice@acme.example", "nobody@acme.example", tries=20) <= ALIKE


def test_row_42_a_reset_asks_the_database_as_often_and_keeps_nothing_of_a_stranger(world: World) -> None:
    counts = []
    for address in ("alice@acme.example", "nobody@acme.example"):
        with CaptureQueriesContext(connection) as asked:
            Client().post(RESET, {"email": address})
        words = [one["sql"].split()[0] for one in asked]
        counts.append([word for word in words if word not in ("SAVEPOINT", "RELEASE", "ROLLBACK")])
    assert counts[0] == counts[1]
    with system_scope("the test looks"):
        assert list(AccountNotice.objects.values_list("recipient", flat=True)) == ["alice@acme.example"]

"""Redis stopped: every page still answers each role as before, people still sign in, and verbs still work."""

import pytest
from django.test import Client

from tests.conftest import World
from tests.support import in_turn
from tests.web.addresses import addresses
from tickets.models import Ticket

LOST = {"default": {"BACKEND": "helpdesk.lib.cache.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/2"}}


@pytest.mark.parametrize("who", in_turn("admin", also=("stranger", "alice", "amara", "agent", "manager")))
def test_every_page_answers_as_before(
    world: World, ticket: Ticket, browsers: dict[str, Client], settings, who: str
) -> None:
    paths = [one.path.replace("00000000-0000-0000-0000-000000000001", str(ticket.public_id)) for one in addresses()]
    paths = [path for path in paths if path != "/readyz"]
    before = [(path, browsers[who].get(path).status_code) for path in paths]
    settings.CACHES, settings.REDIS_URL = LOST, "redis://127.0.0.1:1"
    assert [(path, browsers[who].get(path).status_code) for path in paths] == before
    assert max(status for _, status in before) < 500


def test_people_sign_in_and_a_reply_is_taken(world: World, ticket: Ticket, settings) -> None:
    settings.CACHES = LOST
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "alice@acme.example", "password": "secret-1"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    answer = browser.post(f"{ticket.path}reply/", {"body": "Any news?"})
    assert (answer.status_code, answer.headers["Location"]) == (302, ticket.path)

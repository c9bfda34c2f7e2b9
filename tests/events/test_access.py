"""Whose stream it is: read as the pages read it, but a look leaves nothing behind."""

import pytest
from django.conf import settings as product

from helpdesk.accounts.models import PersonSession
from helpdesk.events.access import Access, access_of
from tests.conftest import SignIn, World


@pytest.fixture
def keys(world: World, signed_in: SignIn) -> dict[str, str]:
    """The key of each one's session."""
    people = {"alice": world.alice, "agent": world.agent, "narrow": world.narrow}
    return {name: signed_in(who).cookies[product.SESSION_COOKIE_NAME].value for name, who in people.items()}


def test_a_session_says_who_it_is_and_what_they_may_see_now(world: World, keys: dict[str, str]) -> None:
    assert access_of(keys["alice"]) == Access(world.alice.pk, frozenset({world.acme.pk}))
    assert access_of(keys["agent"]) == Access(world.agent.user.pk, frozenset({world.acme.pk, world.globex.pk}))
    assert access_of(keys["narrow"]) == Access(world.narrow.user.pk, frozenset({world.globex.pk}))
    assert [access_of(key) for key in ("", "x", "0" * 32, "a\x00b", "é" * 32, "a" * 65)] == [None] * 6
    world.acme.is_active = False
    world.acme.save()
    world.narrow.user.is_active = False
    world.narrow.user.save()
    assert [access_of(keys[name]) for name in ("alice", "narrow")] == [None, None]


def test_a_look_neither_renews_nor_ends_a_session(world: World, keys: dict[str, str], settings) -> None:
    before = sorted(PersonSession.objects.values_list("session_key", "session_data"))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the key that has come since" * 3
    assert access_of(keys["alice"]) == Access(world.alice.pk, frozenset({world.acme.pk}))
    settings.SECRET_KEY_FALLBACKS = []
    assert access_of(keys["alice"]) is None, "the key under which it was made is no more"
    assert sorted(PersonSession.objects.values_list("session_key", "session_data")) == before

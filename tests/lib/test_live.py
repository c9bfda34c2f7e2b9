"""Open pages are told once and after the commit, and a Redis in trouble costs the writer nothing."""

import socket
import time

import pytest
from django.db import transaction

from helpdesk.lib import live
from helpdesk.lib.live import Topic, changed, channel_of, organisation_of
from helpdesk.lib.wake import muted


@pytest.fixture
def published(monkeypatch) -> list[tuple[set[int], str]]:
    """What has been said, in its order."""
    said: list[tuple[set[int], str]] = []
    monkeypatch.setattr(live, "_publish", lambda word: said.append((set(word.organisation_ids), word.topic)))
    return said


@pytest.mark.django_db
def test_what_a_transaction_changes_is_told_once_after_its_commit(published, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(3):
            changed(organisation_ids=[7], topic=Topic.TICKETS)
        with transaction.atomic():
            changed(organisation_ids=[8, 9], topic=Topic.TICKETS)
        with muted():
            changed(organisation_ids=[10], topic=Topic.TICKETS)
        changed(organisation_ids=[], topic=Topic.TICKETS)
        with transaction.atomic():
            changed(organisation_ids=[11], topic=Topic.TICKETS)
            transaction.set_rollback(True)
        assert published == []
    assert published == [({7}, "tickets"), ({8, 9}, "tickets")]


def test_a_channel_is_the_organisations_own_and_is_read_back_from_its_name():
    assert channel_of(7) == "org:7:live"
    assert organisation_of("org:7:live") == 7
    assert [organisation_of(name) for name in ("org::live", "org:7:queue", "org:7:live:8", "x", "")] == [None] * 5


@pytest.mark.parametrize("trouble", ["refuses", "hangs"])
def test_a_redis_in_trouble_costs_one_short_wait_and_then_none(settings, monkeypatch, tmp_path, trouble):
    monkeypatch.setattr(live._Pause, "until", 0.0)
    settings.REDIS_URL = f"unix://{tmp_path}/silent.sock"
    with socket.socket(socket.AF_UNIX) as silent:
        if trouble == "hangs":
            silent.bind(f"{tmp_path}/silent.sock")
            silent.listen()
        began = time.monotonic()
        for _ in range(20):
            live._Word(frozenset({7}), Topic.TICKETS)()
        assert time.monotonic() - began < 10 * live.LONGEST_WAIT_S

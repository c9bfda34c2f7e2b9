"""Posts of providers over time: read again when asked, given up where the settings forbid it, removed, and limited."""

import json
import logging

import pytest
from django.core.cache import cache

from helpdesk.audit.models import VendorAuditEntry
from helpdesk.lib.errors import Conflict, Forbidden
from tests.support import actor_of, colombo
from tests.tickets.test_providers import MAILGUN, basic, mailgun_form, post, ready  # noqa: F401 - a fixture
from tickets.models import ProviderPost, RawMail
from tickets.operations.inbound.provider_posts import process_post, remove_old_posts, reread_post, work_off_posts

INBOUND = MAILGUN.format("inbound-mime")


@pytest.fixture
def stored(ready) -> ProviderPost:  # noqa: F811
    post(INBOUND, *mailgun_form(), basic())
    return ProviderPost.objects.get()


def test_a_provider_that_is_set_up_no_more_is_given_up_once_and_read_again_when_an_admin_asks(
    stored, settings, caplog, world
):
    kept, settings.ANYMAIL = settings.ANYMAIL, {}
    with caplog.at_level(logging.WARNING):
        assert work_off_posts() == 1
        assert work_off_posts() == 0, "it is not tried at every beat"
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    stored.refresh_from_db()
    assert (stored.state, stored.error) == (
        "failed",
        "The settings name no MAILGUN_WEBHOOK_SIGNING_KEY or MAILGUN_API_KEY.",
    )
    settings.ANYMAIL = kept
    assert work_off_posts() == 0
    reread_post(post_id=stored.pk, actor=actor_of(world.admin))
    assert VendorAuditEntry.objects.filter(action="mail.reread_post").count() == 1
    assert work_off_posts() == 1
    assert (ProviderPost.objects.get().state, RawMail.objects.count()) == ("done", 1)
    with pytest.raises(Conflict):
        reread_post(post_id=stored.pk, actor=actor_of(world.admin))
    with pytest.raises(Forbidden):
        reread_post(post_id=stored.pk, actor=actor_of(world.agent))


def test_what_was_read_is_removed_after_its_days_and_what_was_not_stays(stored, settings):
    settings.MAIL_POST_DAYS = 30
    rows = [("done", "2026-10-16 10:00"), ("done", "2026-10-18 10:00"), ("failed", "2026-01-01 10:00")]
    for number, (state, at) in enumerate(rows):
        ProviderPost.objects.create(
            provider="mailgun", kind="tracking", key=str(number), body=b"x", content_type="text/plain", state=state,
            received_at=colombo(at), next_at=colombo(at),
        )  # fmt: skip
    assert remove_old_posts(at=colombo("2026-11-16 12:00"), batch=1) == 1
    left = ProviderPost.objects.exclude(pk=stored.pk).order_by("pk")
    assert [(row.state, row.key) for row in left] == [("done", "1"), ("failed", "2")]


def test_an_admin_finds_what_could_not_be_read_and_has_it_read_again(stored, world, signed_in, monkeypatch):
    monkeypatch.setattr("tickets.operations.inbound.provider_posts.receive_mail", lambda **_: 1 / 0)
    for _ in range(5):
        ProviderPost.objects.update(next_at="2026-01-01T00:00Z")
        process_post()
    client = signed_in(world.admin)
    shown = client.get("/settings/mail/channels/")
    assert "and 1 provider’s post" in shown.content.decode()  # the tile counts what may hold a mail, too
    assert "ZeroDivisionError: division by zero" in shown.content.decode()
    there = f"/settings/mail/posts/{stored.pk}/reading/"
    assert there in shown.content.decode()
    assert client.get(there).status_code == 405
    monkeypatch.undo()
    assert client.post(there, follow=True).status_code == 200
    assert ProviderPost.objects.get().state == "waiting"
    again = client.post(there)
    assert (again.status_code, "does not wait" in again.content.decode()) == (409, True)
    after = client.get("/settings/mail/channels/").content.decode()
    assert "Posts that could not be read" not in after
    assert "provider’s post" not in after


@pytest.mark.parametrize("path", [INBOUND, "/mail/in/"])
def test_an_address_that_posts_too_often_is_told_to_come_again_and_strangers_sooner(ready, settings, path):  # noqa: F811
    cache.clear()  # posts are counted in Redis, which no rollback reaches
    settings.MAIL_IN_SECRETS = ["s" * 32]
    settings.MAIL_IN_RATE, settings.MAIL_REFUSED_RATE = "4/minute", "2/minute"
    statuses = [post(path, json.dumps({}).encode(), "application/json").status_code for _ in range(5)]
    first = 401 if path == INBOUND else 403
    assert statuses == [first, first, 429, 429, 429]
    if path == INBOUND:
        true = post(path, *mailgun_form(), basic())
        assert (true.status_code, true.headers["Retry-After"].isdigit()) == (429, True)
        settings.MAIL_IN_RATE = "6/minute"
        assert post(path, *mailgun_form(), basic()).status_code == 200, "who is known is not held to a stranger's rate"

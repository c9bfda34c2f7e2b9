"""Subscribers of the public page: asked twice, told once, and never of what is one organisation's alone."""

import re

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import AccountNotice, DeliveryState, Suppression
from helpdesk.notifications.operations import record_bounce
from helpdesk.notifications.sending import deliver_due
from status.models import PublicNotice, Subscriber
from status.operations import public_notices
from status.operations.incidents import publish_incident, retract_incident
from status.operations.maintenance import WindowText, plan_window
from status.operations.public_notices import queue_public_notice, tell_subscribers
from status.operations.subscribers import confirm_subscription, purge_unconfirmed, remove_subscriber, subscribe
from status.operations.window_notices import tell_windows
from status.subscriptions import NoSubscription, confirm_link, confirmed_by, manage_link, managed_by
from tests.support import actor_of, colombo

ANNA, EARLY = "anna@far.example", colombo("2026-11-01 10:00")


@pytest.fixture(autouse=True)
def unlimited(monkeypatch):
    """Limits are asked for by the test of limits alone: this process's memory outlives a test."""
    monkeypatch.setattr("status.operations.subscribers.PER_ADDRESS", "100000/second")
    monkeypatch.setattr("status.operations.subscribers.PER_NETWORK", "100000/second")


@pytest.fixture
def everything():
    with system_scope("the test looks at everything"):
        yield


def subscriber(address: str = ANNA, *components, at=EARLY) -> Subscriber:
    """One who has confirmed."""
    subscribe(address=address, component_ids=[one.pk for one in components], at=at)
    with system_scope("the test"):
        row = Subscriber.objects.get(address=address.lower())
    return confirm_subscription(public_id=row.public_id, at=at)


def told() -> list[tuple[str, str]]:
    """(address, subject) of what is written to subscribers, and mark it as seen."""
    while tell_subscribers():
        pass
    with system_scope("the test"):
        rows = AccountNotice.objects.filter(is_listed=True).order_by("pk")
        found = [(one.recipient, one.subject) for one in rows]
        rows.delete()
    return found


def path_in(text: str) -> str:
    return "/" + re.search(r"https?://[^/\s]+/(\S+)", text)[1]


def test_whoever_asks_is_sent_one_link_and_told_nothing_before_they_confirm_it(web, tell, everything):
    browser = Client()
    page = browser.get("/status/subscribe/")
    assert (page.status_code, b"Web application" in page.content) == (200, True)
    for address in ("no address", ""):
        refused = browser.post("/status/subscribe/", {"address": address, "extent": "all"})
        assert refused.status_code == 422
        assert address in refused.content.decode()
    none = browser.post("/status/subscribe/", {"address": ANNA, "extent": "some"})
    assert (none.status_code, b"Choose at least one component" in none.content) == (422, True)
    assert not Subscriber.objects.exists()
    sent = browser.post("/status/subscribe/", {"address": "Anna@far.example", "extent": "some", "components": [web.pk]})
    assert (sent.status_code, sent.headers["Location"]) == (302, "/status/subscribe/sent/")
    tell(at="2026-12-01 10:00")
    assert told() == []
    deliver_due()
    assert [(one.to, "Confirm" in one.subject) for one in mail.outbox] == [([ANNA], True)]
    link = path_in(mail.outbox[0].body)
    assert browser.get(link).status_code == 200
    assert Subscriber.objects.get().confirmed_at is None  # a program that opens links has confirmed nothing
    confirmed = browser.post(link, follow=True)
    assert b"You are subscribed" in confirmed.content
    assert browser.get(link).status_code == 200
    row = Subscriber.objects.get()
    assert (row.address, row.is_whole, row.confirmed_at is not None) == (ANNA, False, True)
    assert list(row.components.all()) == [web]


def test_a_known_address_is_answered_as_any_other_and_keeps_its_choice(web, everything):
    known = subscriber(ANNA, web)
    answers = [
        Client().post("/status/subscribe/", {"address": who, "extent": "all"}) for who in (ANNA, "b@far.example")
    ]
    assert len({(one.status_code, one.headers["Location"], one.content) for one in answers}) == 1
    known.refresh_from_db()
    assert (known.is_whole, Subscriber.objects.count()) == (False, 2)
    texts = dict(AccountNotice.objects.filter(state="queued").values_list("recipient", "subject"))
    assert texts == {
        ANNA: "You are subscribed to the service’s state",
        "b@far.example": "Confirm that you want to be told of the service’s state",
    }


def test_limits_hold_for_an_address_silently_and_for_a_network_aloud(web, everything, monkeypatch):
    monkeypatch.setattr("status.operations.subscribers.PER_ADDRESS", "3/day")
    monkeypatch.setattr("status.operations.subscribers.PER_NETWORK", "5/hour")
    for _ in range(5):
        subscribe(address="limited@far.example", network="198.51.100.7")
    assert AccountNotice.objects.count() == 3
    with pytest.raises(DomainError, match="Too many"):
        subscribe(address="other@far.example", network="198.51.100.200")
    subscribe(address="other@far.example", network="203.0.113.9")
    assert AccountNotice.objects.count() == 4


def test_an_incident_for_everybody_is_told_once_at_each_word_and_to_whom_it_concerns(
    web, component, tell, go_on, world
):
    mails = component("Mail")
    subscriber(ANNA)
    subscriber("web@far.example", web)
    subscriber("mail@far.example", mails)
    incident = tell("Sign-in fails")
    both = [(ANNA, "{}: Sign-in fails"), ("web@far.example", "{}: Sign-in fails")]
    assert told() == [(who, what.format("Investigating")) for who, what in both]
    go_on(incident, "identified", "2026-11-16 10:30", promise="2026-11-16 11:30")
    go_on(incident, "resolved", "2026-11-16 11:00")
    assert told() == [(who, what.format(p)) for p in ("Identified", "Resolved") for who, what in both]
    go_on(incident, "postmortem", "2026-11-17 11:00")
    assert told() == [(who, what.format("Post-mortem")) for who, what in both]
    subscriber("late@far.example", at=colombo("2026-11-20 10:00"))
    assert told() == []
    draft = tell("Slow", published=False)
    go_on(draft, "identified", "2026-11-16 12:00", impacts={mails: "partial_outage"})
    assert told() == []
    with scope({world.acme.pk, world.globex.pk}):
        publish_incident(incident=draft, actor=actor_of(world.agent), at=colombo("2026-11-16 12:30"))
        publish_incident(incident=draft, actor=actor_of(world.agent), at=colombo("2026-11-16 12:31"))
        assert [who for who, _ in told()] == [ANNA, "web@far.example", "mail@far.example"]
        retract_incident(incident=draft, actor=actor_of(world.agent), reason="A test.", at=colombo("2026-11-16 13:00"))
    assert told() == [(who, "Taken back: Slow") for who in (ANNA, "web@far.example", "mail@far.example")]


def test_what_is_one_organisations_alone_is_told_to_no_subscriber_whatever_is_done_with_it(
    web, tell, go_on, world, everything
):
    subscriber(ANNA)
    subscriber(world.alice.email)  # not even to somebody of that very organisation
    own = tell("Own secret", only=[world.acme])
    go_on(own, "identified", "2026-11-16 10:30", body="Own secret body")
    draft = tell("Own secret draft", only=[world.acme], published=False)
    with scope({world.acme.pk, world.globex.pk}):
        publish_incident(incident=draft, actor=actor_of(world.agent))
        retract_incident(incident=draft, actor=actor_of(world.agent), reason="Own secret reason")
    assert told() == []
    assert not PublicNotice.objects.exists()
    with pytest.raises(IntegrityError):
        told_unasked(own)
    with scope({world.acme.pk}):
        assert not Subscriber.objects.exists()
        assert not PublicNotice.objects.exists()


@transaction.atomic
def told_unasked(incident):
    """What a caller who forgot to ask for whom an incident is would do, up to the commit."""
    queue_public_notice(key="x", subject="x", text="x", incident=incident)
    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_ten_thousand_are_told_in_batches_each_once_whoever_dies(web, tell, everything, monkeypatch):
    rows = [Subscriber(address=f"s{n}@far.example", created_at=EARLY, confirmed_at=EARLY) for n in range(1_201)]
    Subscriber.objects.bulk_create(rows)
    with CaptureQueriesContext(connection) as few:
        tell("Sign-in fails")
    assert not AccountNotice.objects.exists()  # a publication writes one row, however many read it
    assert sum("subscriber" in one["sql"] for one in few) == 0
    real = public_notices.queue_listed_mails
    calls = []

    def dies_once(mails):
        calls.append(len(mails))
        real(mails)
        if len(calls) == 2:
            raise RuntimeError

    monkeypatch.setattr(public_notices, "queue_listed_mails", dies_once)
    with pytest.raises(RuntimeError):
        tell_subscribers()
    notice = PublicNotice.objects.get()
    assert (AccountNotice.objects.count(), notice.written, notice.done_at) == (500, 500, None)
    with CaptureQueriesContext(connection) as many:
        assert tell_subscribers() == 2
    assert len(many) < 25
    notice.refresh_from_db()
    assert (AccountNotice.objects.values("recipient").distinct().count(), AccountNotice.objects.count()) == (
        1_201,
        1_201,
    )
    assert (notice.written, notice.done_at is not None, tell_subscribers()) == (1_201, True, 0)
    PublicNotice.objects.update(written_upto=0, done_at=None)
    tell_subscribers()
    assert AccountNotice.objects.count() == 1_201


def test_a_mail_says_how_it_is_ended_and_one_click_of_the_mail_program_ends_it(web, tell, everything, settings):
    settings.DEMO = False
    row = subscriber(ANNA)
    tell("Sign-in fails")
    tell_subscribers()
    AccountNotice.objects.filter(is_listed=False).delete()
    deliver_due()
    (sent,) = mail.outbox
    link = sent.extra_headers["List-Unsubscribe"].strip("<>")
    assert link == manage_link(row) + "unsubscribe/"
    assert sent.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert (sent.extra_headers["Auto-Submitted"], sent.to) == ("auto-generated", [ANNA])
    assert sent.body.startswith("Sign-in fails: Investigating\n\nComponents: Web application\n\nWe look into it.\n\n")
    assert manage_link(row) in sent.body
    assert AccountNotice.objects.get().secret == ""  # who reads the outbox cannot use the link
    program = Client(enforce_csrf_checks=True)
    assert program.get(path_in(link)).status_code == 200
    assert Subscriber.objects.exists()
    for _ in range(2):
        answer = program.post(path_in(link), {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, b"You are unsubscribed" in answer.content) == (200, True)
    assert not Subscriber.objects.exists()
    AccountNotice.objects.all().delete()
    tell("Again", at="2026-11-17 10:00")
    assert told() == []
    assert program.get(path_in(manage_link(row))).status_code == 403


def test_by_their_own_link_alone_somebody_chooses_and_every_other_link_is_refused(web, component, everything):
    mails, row, other = component("Mail"), subscriber(ANNA), subscriber("b@far.example")
    path = path_in(manage_link(row))
    assert ANNA.encode() in Client().get(path).content
    kept = Client().post(path, {"extent": "some", "components": [mails.pk]}, follow=True)
    assert b"Your choice is kept" in kept.content
    assert list(row.components.all()) == [mails]
    for wrong in (
        row.public_id.hex,
        path.split("/")[3][:-1],
        path.split("/")[3] + "x",
        confirm_link(row).split("/")[-2],
    ):
        answer = Client().post(f"/status/subscription/{wrong}/unsubscribe/")
        assert (answer.status_code, Client().get(f"/status/subscription/{wrong}/").status_code) == (403, 403)
    assert {managed_by(manage_link(one).split("/")[-2]) for one in (row, other)} == {row.public_id, other.public_id}
    with pytest.raises(NoSubscription):
        confirmed_by(manage_link(row).split("/")[-2])
    assert Subscriber.objects.count() == 2


def test_a_link_to_confirm_is_good_for_three_days_and_who_has_not_is_forgotten(web, everything, monkeypatch):
    subscribe(address=ANNA, at=EARLY)
    token = confirm_link(Subscriber.objects.get()).split("/")[-2]
    import time

    now = time.time()
    monkeypatch.setattr("django.core.signing.time.time", lambda: now + 3 * 86_400 + 5)
    assert Client().get(f"/status/subscribe/{token}/").status_code == 403
    subscriber("b@far.example")
    assert purge_unconfirmed(at=colombo("2026-11-05 09:00")) == 0
    assert purge_unconfirmed(at=colombo("2026-11-05 10:01")) == 1
    assert list(Subscriber.objects.values_list("address", flat=True)) == ["b@far.example"]
    assert not AccountNotice.objects.filter(recipient=ANNA, state="queued").exists()


def test_an_address_that_bounces_is_sent_nothing_more_and_staff_see_it(web, tell, go_on, world, signed_in, everything):
    row = subscriber(ANNA)
    incident = tell("Sign-in fails")
    tell_subscribers()
    AccountNotice.objects.filter(is_listed=False).delete()
    deliver_due()
    sent = AccountNotice.objects.get()
    assert record_bounce(message_id=sent.message_id, recipient=ANNA, permanent=True, status="5.1.1") == sent
    assert Suppression.objects.get().address == ANNA
    go_on(incident, "resolved", "2026-11-16 11:00")
    tell_subscribers()
    newest = AccountNotice.objects.order_by("pk").last()
    assert (newest.state, newest.secret) == (DeliveryState.SUPPRESSED, "")
    page = signed_in(world.admin).get(reverse("settings:subscribers"))
    assert b"Mail came back: gets none" in page.content
    assert b"Told by mail: 1. Not confirmed yet: 0." in page.content
    row.refresh_from_db()


def test_staff_who_serve_every_organisation_list_and_remove_and_nobody_else(web, world, signed_in, everything):
    row = subscriber(ANNA, web)
    path = reverse("settings:subscribers")
    removal = reverse("settings:subscriber_removal", args=[row.public_id])
    assert signed_in(world.agent).get(path).status_code in (403, 404)
    assert signed_in(world.alice).get(path).status_code in (403, 404)
    with pytest.raises(Forbidden):
        remove_subscriber(public_id=row.public_id, actor=actor_of(world.agent))
    browser = signed_in(world.admin)
    assert ANNA.encode() in browser.get(path, {"q": "ANNA"}).content
    assert b"holds this" in browser.get(path, {"q": "nobody"}).content
    few = statements(browser, path)
    for number in range(30):
        subscriber(f"s{number}@far.example", web)
    assert statements(browser, path) == few
    assert browser.post(removal, follow=True).status_code == 200
    assert not Subscriber.objects.filter(address=ANNA).exists()
    assert browser.post(removal).status_code == 404


def statements(browser, path) -> int:
    with CaptureQueriesContext(connection) as found:
        assert browser.get(path).status_code == 200
    return len(found)


def test_what_goes_to_many_waits_behind_what_somebody_waits_for(web, tell, everything):
    subscriber(ANNA)
    tell("Sign-in fails")
    tell_subscribers()
    AccountNotice.objects.filter(is_listed=False).delete()
    subscribe(address="b@far.example", at=EARLY)
    deliver_due(limit=1)
    assert [one.to for one in mail.outbox] == [["b@far.example"]]
    deliver_due()
    assert [one.to for one in mail.outbox] == [["b@far.example"], [ANNA]]


def test_a_notice_of_anything_else_is_queued_by_the_same_verb_once(web, everything):
    subscriber(ANNA)
    subscriber("web@far.example", web)
    window = {"subject": "Planned\nwork", "text": "On Saturday.", "at": colombo("2026-11-16 10:00")}
    assert queue_public_notice(key="window:1:planned", component_ids=[web.pk + 1], **window)
    assert not queue_public_notice(key="window:1:planned", component_ids=[web.pk], **window)
    assert told() == [(ANNA, "Planned work")]


@pytest.fixture
def plan(world):
    """`plan(only=[world.acme])`: a window that is published and told of."""

    def make(**more):
        begins, told_at = colombo("2026-12-05 22:00"), colombo("2026-12-01 10:00")
        text = WindowText(
            title="New disks", begins_at=begins, ends_at=colombo("2026-12-06 02:00"), body="We change disks."
        )
        with scope({world.acme.pk, world.globex.pk}):
            window = plan_window(actor=actor_of(world.admin), text=text, organisations=more.get("only"), at=told_at)
        tell_windows(at=told_at)
        return window

    return make


def test_maintenance_for_everybody_is_told_with_its_times_and_that_of_one_organisation_is_not(plan, world, everything):
    subscriber(ANNA)
    plan(only=[world.acme])
    assert (told(), PublicNotice.objects.count()) == ([], 0)
    window = plan()
    text = PublicNotice.objects.get().text
    assert told() == [(ANNA, "Maintenance announced: New disks")]
    assert text.startswith("New disks: announced\n\nWe change disks.\n\nSat 5 Dec 2026, 22:00")
    assert str(window.public_id) in text
    tell_windows(at=colombo("2026-12-04 22:00"))
    assert [subject for _, subject in told()] == ["Maintenance 24 hours before: New disks"]

"""Maintenance on pages: what the form says first, what clients are shown, and to whom nothing is."""

from datetime import time, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import scope, system_scope
from status.headlines import headlines_for
from status.models import MaintenanceSeries, MaintenanceWindow, UsualWindow, WindowAnnouncement
from status.operations.maintenance import WindowText, cancel_window, move_window, plan_window
from status.operations.window_notices import tell_windows
from status.operations.window_work import say_overrun
from tests.support import COLOMBO, actor_of
from tickets.operations.intake import open_ticket

pytestmark = pytest.mark.django_db
LIST, NEW, PREVIEW = "/maintenance/", "/maintenance/new/", "/maintenance/preview/"
H = timedelta(hours=1)


@pytest.fixture(autouse=True)
def _nothing_is_kept():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def desk(signed_in, world):
    return signed_in(world.admin)


@pytest.fixture
def everywhere():
    with system_scope("what the pages have written"):
        yield


@pytest.fixture(autouse=True)
def usual(db):
    """The usual time that a new database has; a test that emptied all tables before has taken it."""
    UsualWindow.objects.get_or_create(weekday=5, opens=time(22), defaults={"closes": time(2)})


@pytest.fixture
def plan(world):
    """`plan("Disks", ahead=3 * H)`: a published window of two hours, told long ago."""

    def make(title="New disks", *, ahead=3 * H, only=None, told=100 * H, **more):
        begins = database_now() + ahead
        text = WindowText(title=title, begins_at=begins, ends_at=begins + 2 * H, body="We change the disks.")
        with scope({world.acme.pk, world.globex.pk}):
            return plan_window(
                actor=actor_of(world.admin),
                text=text,
                organisations=only,
                at=min(begins, database_now()) - told,
                **more,
            )

    return make


def typed(ahead, lasts=2 * H, **more):
    begins = (database_now() + ahead).astimezone(COLOMBO)
    return {
        "title": "New disks", "body": "We change them.", "impact": "major_outage", "audience": "all",
        "begins_at": f"{begins:%Y-%m-%d %H:%M}", "ends_at": f"{begins + lasts:%Y-%m-%d %H:%M}", **more,
    }  # fmt: skip


def text_of(answer):
    return answer.content.decode()


def test_too_short_a_notice_is_said_before_anything_is_saved_and_the_slot_taken(desk, everywhere):
    short = typed(20 * H)
    answer = desk.post(NEW, short)
    said = text_of(answer)
    assert "allowed, but downtime WILL count." in said
    assert all(words in said for words in ("Nothing is saved yet", "Publish it anyway", short["begins_at"]))
    assert not MaintenanceWindow.objects.exists()
    slot = desk.post(NEW, {**short, "slot": "1"}).context["form"]
    begins, ends = slot["begins_at"].value(), slot["ends_at"].value()
    assert begins != short["begins_at"]
    answer = desk.post(NEW, {**short, "begins_at": begins, "ends_at": ends})
    window = MaintenanceWindow.objects.get()
    assert answer.headers["Location"] == f"/maintenance/{window.public_id}/"
    local = window.begins_at.astimezone(COLOMBO)
    assert (local.weekday(), local.hour) == (5, 22), "Saturday at 22:00 is usual, as seeded"
    tell_windows()
    assert "enough. Downtime within the window does not count." in text_of(desk.get(answer.headers["Location"]))


def test_it_is_published_anyway_or_kept_as_a_draft(desk, everywhere):
    desk.post(NEW, typed(20 * H, anyway="1"))
    desk.post(NEW, typed(21 * H, draft="1"))
    first, draft = MaintenanceWindow.objects.order_by("pk")
    assert (first.is_draft, draft.is_draft) == (False, True)
    page = f"/maintenance/{draft.public_id}/"
    assert "its notice has not begun" in text_of(desk.get(page))
    desk.post(f"{page}publication/")
    assert WindowAnnouncement.objects.filter(window=draft).count() == 1


def test_the_preview_says_what_the_window_meets(world, desk, plan, web):
    with scope({world.acme.pk}):
        open_ticket(
            organisation=world.acme, requester=world.alice, subject="Down", description="All.", severity="P1",
            actor=actor_of(world.alice),
        )  # fmt: skip
    plan("Other work", ahead=60 * H)
    said = text_of(desk.post(PREVIEW, typed(58 * H, lasts=80 * H)))
    for words in (
        "Notice 5",
        "enough",
        "Other work",
        "lie in the support hours",
        "Downtime that is allowed",
        "<dd>1 of the organisations",
    ):
        assert words in said, words
    assert "Give its times" in text_of(desk.post(PREVIEW, {"title": "No times yet"}))
    assert "The policy asks for 48 h" in text_of(desk.post(PREVIEW, typed(1 * H)))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"title": " "}, "Give it a title"),
        ({"begins_at": "tomorrow"}, "Write a date and a time like this"),
        ({"ends_at": "2020-01-01 10:00"}, "It ends after it begins"),
        ({"audience": "listed"}, "Choose at least one organisation"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_typed_is_lost(desk, everywhere, more, words):
    answer = desk.post(NEW, typed(80 * H, **more))
    assert answer.status_code == 422
    assert words in text_of(answer)
    assert "We change them." in text_of(answer)
    assert not MaintenanceWindow.objects.exists()


def test_a_window_is_moved_extended_worked_on_and_cancelled(desk, plan, everywhere):
    window = plan(ahead=90 * H)
    page = f"/maintenance/{window.public_id}/"
    times = {**typed(20 * H), "reason": "The disks came early."}
    assert "WILL count" in text_of(desk.post(f"{page}times/", times))
    assert WindowAnnouncement.objects.count() == 1
    desk.post(f"{page}times/", {**times, "anyway": "1"})
    window.refresh_from_db()
    assert window.revision == 1
    assert "Say why it is moved" in text_of(desk.post(f"{page}times/", {**typed(70 * H), "reason": "", "anyway": "1"}))
    for step in ("start", "verify", "overrun", "complete"):
        desk.post(f"{page}work/", {"step": step})
    assert desk.post(f"{page}work/", {"step": "dance"}).status_code == 404
    window.refresh_from_db()
    assert None not in (window.started_at, window.verifying_at, window.overran_at, window.completed_at)
    assert "This window is over" in text_of(desk.post(f"{page}cancellation/", {"reason": "Late."}))
    other = plan(ahead=90 * H)
    page = f"/maintenance/{other.public_id}/"
    longer = typed(95 * H)["ends_at"]
    desk.post(f"{page}extension/", {"ends_at": longer, "reason": "It is much."})
    desk.post(f"{page}cancellation/", {"reason": "No disks came."})
    other.refresh_from_db()
    assert (other.revision, other.cancellation) == (2, "No disks came.")
    assert "No disks came." in text_of(Client().get(f"/status/maintenance/{other.public_id}/"))


def test_a_typing_error_is_corrected_where_everybody_reads_it(world, signed_in, desk, plan, everywhere):
    window = plan("Diks", ahead=90 * H)
    page, public = f"/maintenance/{window.public_id}/", f"/status/maintenance/{window.public_id}/"
    refused = desk.post(f"{page}words/", {"title": "", "body": "Both of them."})
    assert refused.status_code == 422
    assert all(words in text_of(refused) for words in ("Give it a title", "Both of them."))
    assert "were corrected" not in text_of(Client().get(public))
    desk.post(f"{page}words/", {"title": "Disks", "body": "Both of them."})
    for said in (text_of(Client().get(public)), text_of(desk.get(page))):
        assert all(words in said for words in ("<h1>Disks</h1>", "Both of them.", "were corrected", "<b>Diks</b>"))
    assert signed_in(world.agent).post(f"{page}words/", {"title": "No", "body": ""}).status_code == 403


def test_staff_read_and_admins_plan(world, signed_in, plan):
    window, agent = plan(), signed_in(world.agent)
    page = f"/maintenance/{window.public_id}/"
    assert all(agent.get(one).status_code == 200 for one in (LIST, page, "/maintenance/series/"))
    assert "Cancel it" not in text_of(agent.get(page))
    assert agent.get(NEW).status_code == 403
    assert agent.post(f"{page}cancellation/", {"reason": "No."}).status_code == 403
    assert signed_in(world.alice).get(LIST).status_code == 403


def test_the_list_asks_the_same_however_many_there_are(desk, plan):
    plan(), plan(ahead=-50 * H), plan(published=False)
    with CaptureQueriesContext(connection) as few:
        said = text_of(desk.get(LIST))
    assert all(words in said for words in ("Draft", "Planned", "Completed"))
    for number in range(30):
        plan(f"Old {number}", ahead=-60 * H)
    with CaptureQueriesContext(connection) as many:
        said = text_of(desk.get(LIST))
    assert len(many) == len(few)
    key = said.partition("?before=")[2].partition('"')[0]
    assert "First page" in text_of(desk.get(f"{LIST}?before={key}"))


def test_the_banner_tells_of_a_window_in_the_two_days_before_and_while_it_runs(world, signed_in, plan):
    plan("Far ahead", ahead=49 * H)
    plan("Soon", ahead=47 * H)
    running = plan("Now", ahead=-H)
    plan("Over", ahead=-3 * H)
    plan("Theirs", only=[world.globex])
    alice = signed_in(world.alice)
    with scope({world.acme.pk}):
        told = headlines_for(world.acme.pk)
    assert [(one.title, one.state) for one in told] == [("Now", "in_progress"), ("Soon", "scheduled")]
    said = text_of(alice.get("/status/banner/"))
    assert said.index("Now") < said.index("Soon")
    alice.post("/status/put-away/", {"mark": told[0].mark, "back": "/tickets/"})
    assert "Now" not in text_of(alice.get("/status/banner/"))
    with scope({world.acme.pk, world.globex.pk}):
        say_overrun(window=running, actor=actor_of(world.admin))
    cache.clear()
    assert "takes longer than announced" in text_of(alice.get("/status/banner/")), "a new phase is told again"


def test_a_window_for_listed_organisations_is_nowhere_else(world, signed_in, plan):
    window = plan("Secret disks", only=[world.globex])
    with scope({world.acme.pk, world.globex.pk}):
        times = {"begins_at": window.begins_at + H, "ends_at": window.ends_at + H}
        move_window(window=window, actor=actor_of(world.admin), reason="Secret reason.", **times)
    here = f"/status/maintenance/{window.public_id}/"
    alice, bob = signed_in(world.alice), signed_in(world.bob)
    for page in ("/status/", "/status/known/", "/status/banner/", "/status/history/", "/inbox/", "/tickets/"):
        assert "Secret" not in text_of(alice.get(page)), page
    assert (alice.get(here).status_code, Client().get(here).status_code) == (404, 404)
    assert "Secret disks" not in text_of(Client().get("/status/"))
    assert "Secret disks" in text_of(bob.get("/status/known/"))
    assert "Secret reason." in text_of(bob.get(here))
    with scope({world.acme.pk, world.globex.pk}):
        cancel_window(window=window, actor=actor_of(world.admin), reason="None came.")
    cache.clear()  # as a commit would
    assert "Secret disks" not in text_of(signed_in(world.bob).get("/status/known/"))


def test_a_series_is_begun_changed_and_ended(desk, everywhere):
    form = {
        "title": "Weekly work", "impact": "major_outage", "audience": "all", "rule": "FREQ=WEEKLY;BYDAY=SA",
        "first_on": "2026-01-03", "opens": "22:00", "minutes": "120", "zone": "Asia/Colombo",
    }  # fmt: skip
    wrong = desk.post("/maintenance/series/new/", {**form, "rule": "every week"})
    assert (wrong.status_code, "This is no rule that gives days" in text_of(wrong)) == (422, True)
    page = desk.post("/maintenance/series/new/", form).headers["Location"]
    assert MaintenanceWindow.objects.count() in (8, 9)
    assert "Its next windows" in text_of(desk.get(page))
    desk.post(page, {**form, "opens": "23:00"})
    assert MaintenanceWindow.objects.filter(cancelled_at__isnull=False).count() in (8, 9)
    desk.post(f"{page}end/")
    assert MaintenanceSeries.objects.get().ended_at is not None
    assert "This series has ended" in text_of(desk.get(page))


def test_usual_times_are_edited_and_public(desk):
    page = "/settings/usual-windows/"
    assert "Saturday" in text_of(desk.get(page))
    again = desk.post(page, {"weekday": "5", "opens": "22:00", "closes": "23:00"})
    assert "opens then already" in text_of(again)
    desk.post(page, {"weekday": "6", "opens": "03:00", "closes": "05:00"})
    assert "Sunday, 03:00 – 05:00" in text_of(Client().get("/status/usual-windows/"))
    desk.post(f"{page}{UsualWindow.objects.get(weekday=6).pk}/removal/")
    assert "Sunday" not in text_of(Client().get("/status/usual-windows/"))

"""Maintenance through its operations: states by the clock, notice by the engine, and each mail once."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import connection, transaction

from helpdesk.lib.errors import Conflict, DomainError, Forbidden
from helpdesk.lib.tenancy import scope, system_scope
from helpdesk.notifications.models import Notice
from helpdesk.notifications.rendering import render_notice
from status.maintenance.noticed import first_slot, notice_of
from status.maintenance.queries import needed_notice, not_over, shown_windows
from status.maintenance.recurring import occurrences
from status.maintenance.windows import announced_as, state_of
from status.models import MaintenanceWindow, WindowAnnouncement, WindowNotice
from status.operations.maintenance import (
    WindowText,
    cancel_window,
    extend_window,
    move_window,
    plan_window,
    publish_window,
)
from status.operations.rewording import reword_window
from status.operations.series import SeriesText, change_series, end_series, make_windows, plan_series
from status.operations.window_notices import tell_windows
from status.operations.window_work import begin_checks, complete_work, say_overrun, start_work
from status.uptime.facts import Maintenance, UsualWindow
from tests.status.world import down, figure, minutes
from tests.support import actor_of, colombo

pytestmark = pytest.mark.django_db
# A Saturday night in April 2026, for which the engine's tests stand as well.
BEGINS, ENDS = colombo("2026-04-11 22:00"), colombo("2026-04-12 02:00")
H = timedelta(hours=1)
M = timedelta(minutes=1)


@pytest.fixture
def plan(world):
    """`plan(told=colombo(…), only=[world.acme])`: a window as the admin plans it; its mails are queued at once."""

    def make(*, told=BEGINS - 72 * H, begins=BEGINS, ends=ENDS, only=None, queued=0 * M, **more):
        text = WindowText(title="New disks", begins_at=begins, ends_at=ends, body="We change the disks.")
        with scope({world.acme.pk, world.globex.pk}):
            window = plan_window(actor=actor_of(world.admin), text=text, organisations=only, at=told, **more)
        if queued is not None:
            tell_windows(at=told + queued)
        return window

    return make


@pytest.fixture
def act(world):
    """`act(move_window, window, at, **more)` as the admin; the row is read anew."""

    def run(verb, window, at, *, queued=0 * M, **more):
        with scope({world.acme.pk, world.globex.pk}):
            verb(window=window, actor=actor_of(world.admin), at=at, **more)
            window.refresh_from_db()
        if queued is not None:
            tell_windows(at=at + queued)
        return window

    return run


def told(window):
    with system_scope("what was announced"):
        return announced_as(WindowAnnouncement.objects.filter(window=window))


def counted(window, *, begins="11 22:00", ends="12 02:00"):
    """The minutes of downtime that count of an outage over the window's first times."""
    planned = Maintenance("M-1", told(window), cancelled=window.is_cancelled)
    return minutes(figure([down(begins, ends)], [planned]))[2]


def kinds(window):
    with system_scope("what was told"):
        return list(
            WindowNotice.objects.filter(window=window).order_by("pk").values_list("kind", "revision", "dropped")
        )


def sent(window, kind=None):
    with system_scope("mails"):
        found = Notice.objects.filter(key__startswith=f"maintenance:{window.public_id}:{kind or ''}")
        return list(found.order_by("pk"))


def test_48_hours_exactly_are_enough_and_a_minute_less_counts(plan):
    enough, short = plan(told=BEGINS - 48 * H), plan(told=BEGINS - 48 * H + M)
    assert counted(enough) == 0
    assert counted(short) == 240
    found = notice_of(told(short), needed=needed_notice(at=BEGINS))
    assert found.words == "Notice 47 h 59 min: allowed, but downtime WILL count."
    assert "Notice 48 h: enough" in notice_of(told(enough), needed=48 * H).words


def test_the_notice_counts_from_the_mails_where_they_are_queued_later(plan):
    window = plan(told=BEGINS - 48 * H - 10 * M, queued=None)
    assert (told(window)[0].queued_at, counted(window)) == (None, 240), "without mails there is no notice"
    assert tell_windows(at=BEGINS - 48 * H + M) == 1
    assert (told(window)[0].announced_at, counted(window)) == (BEGINS - 48 * H + M, 240)


def test_both_edges_moved_begin_the_notice_anew_and_one_keeps_it(plan, act):
    moved = plan(told=BEGINS - 96 * H)
    act(move_window, moved, BEGINS - 24 * H, begins_at=BEGINS + H, ends_at=ENDS + H, reason="Later.")
    assert (moved.revision, counted(moved)) == (1, 240)
    kept = plan(told=BEGINS - 96 * H)
    act(move_window, kept, BEGINS - 24 * H, begins_at=BEGINS + H, ends_at=ENDS, reason="An hour less.")
    assert counted(kept) == 60, "the hour that is no longer announced"


def test_the_tail_of_an_extension_needs_its_own_notice(plan, act):
    window = plan()
    act(extend_window, window, BEGINS + H, ends_at=ENDS + H, reason="A disk is slow.")
    assert counted(window, ends="12 03:00") == 60
    assert kinds(window)[-1][:2] == ("moved", 1)
    found = notice_of(told(window), needed=48 * H)
    assert [part.qualifies for part in found.parts] == [True, False]
    assert "for a part of it" in found.words
    act(cancel_window, window, BEGINS + 2 * H, reason="No disks came.")
    assert (counted(window), window.revision) == (240, 2)


def test_the_state_comes_by_the_clock_and_from_what_was_done_by_hand(plan, act):
    window = plan()
    at = {BEGINS - M: "scheduled", BEGINS: "in_progress", ENDS - M: "in_progress", ENDS: "completed"}
    assert {instant: state_of(window, at=instant) for instant in at} == at
    with system_scope("as a filter"):
        for instant, state in at.items():
            assert not_over(shown_windows(), at=instant).exists() is (state != "completed")
    act(start_work, window, BEGINS - 10 * M)
    assert state_of(window, at=BEGINS - 10 * M) == "in_progress"
    act(begin_checks, window, BEGINS + H)
    act(say_overrun, window, ENDS + 5 * M)
    assert [state_of(window, at=instant) for instant in (BEGINS + H, ENDS + H)] == ["verifying", "verifying"]
    with pytest.raises(Conflict, match="begun already"):
        act(start_work, window, ENDS + 6 * M)
    act(complete_work, window, ENDS + 2 * H)
    assert state_of(window, at=ENDS + 2 * H) == "completed"
    with pytest.raises(Conflict, match="over"):
        act(extend_window, window, ENDS + 3 * H, ends_at=ENDS + 4 * H, reason="More.")


@pytest.mark.parametrize(
    ("given", "field"),
    [({"begins": BEGINS - 80 * H}, "begins_at"), ({"ends": BEGINS}, "ends_at"), ({"only": []}, "organisations")],
)
def test_what_cannot_be_is_refused_beside_its_input(plan, given, field):
    with pytest.raises(DomainError) as caught:
        plan(**given)
    assert caught.value.field == field


def test_words_are_corrected_and_what_was_told_is_kept(plan, act):
    window = plan(told=BEGINS - 60 * H)
    before = (window.title, window.body)
    notice, mails = told(window), len(sent(window))
    act(reword_window, window, BEGINS - 50 * H, title="  Disks of the  database ", body="We change two.")
    assert (window.title, window.body, window.revision) == ("Disks of the database", "We change two.", 0)
    assert (told(window), len(sent(window))) == (notice, mails)
    with system_scope("what was kept"):
        assert [(one.title, one.body, one.author_name) for one in window.corrections.all()] == [(*before, "Indra")]


def test_words_that_are_none_the_same_or_too_late_are_refused(plan, act):
    window = plan()
    for title, match in (("", "Give it a title"), (window.title, "words that it has"), ("x" * 121, "too long")):
        with pytest.raises(DomainError, match=match):
            act(reword_window, window, BEGINS - 50 * H, title=title, body=window.body)
    with pytest.raises(Conflict, match="over"):
        act(reword_window, window, ENDS + H, title="Too late", body="")
    with system_scope("what was kept"):
        assert not window.corrections.exists()


def test_nobody_was_told_what_a_draft_said_before(plan, act):
    draft = plan(published=False)
    act(reword_window, draft, BEGINS - 50 * H, title="Disks, at last", body="")
    assert draft.title == "Disks, at last"
    with system_scope("what was kept"):
        assert not draft.corrections.exists()


def test_only_admins_plan_and_only_for_whom_they_serve(world, plan, act):
    text = WindowText(title="Disks", begins_at=BEGINS, ends_at=ENDS)
    with pytest.raises(Forbidden):
        plan_window(actor=actor_of(world.agent), text=text, at=BEGINS - 72 * H)
    with scope({world.acme.pk}), pytest.raises(Forbidden):
        plan_window(actor=actor_of(world.admin), text=text, organisations=[world.globex], at=BEGINS - 72 * H)
    draft = plan(published=False)
    assert kinds(draft) == []
    act(move_window, draft, BEGINS - 60 * H, begins_at=BEGINS + H, ends_at=ENDS + H, reason="")
    assert (draft.revision, told(draft)) == (0, ())
    act(publish_window, draft, BEGINS - 50 * H)
    assert kinds(draft) == [("published", 0, False)]


def test_each_notice_goes_once_and_a_late_one_that_lost_its_sense_never(plan, act):
    window = plan(told=BEGINS - 96 * H)
    for instant in (BEGINS - 48 * H, BEGINS - 48 * H + M, BEGINS - 24 * H, BEGINS - H, BEGINS, ENDS, ENDS + M):
        tell_windows(at=instant)
    assert [kind for kind, _, dropped in kinds(window) if not dropped] == [
        "published", "in_48_hours", "in_24_hours", "in_1_hour", "started", "completed",
    ]  # fmt: skip
    slept = plan(told=BEGINS - 96 * H)
    assert tell_windows(at=BEGINS + M) == 1
    assert kinds(slept) == [
        ("published", 0, False),
        ("in_48_hours", 0, True),
        ("in_24_hours", 0, True),
        ("in_1_hour", 0, True),
        ("started", 0, False),
    ]
    act(say_overrun, slept, ENDS - M)
    assert tell_windows(at=ENDS + 2 * H) == 0, "it is not over"
    act(complete_work, slept, ENDS + 3 * H)
    assert [kind for kind, *_ in kinds(slept)][-2:] == ["overrun", "completed"]


def test_the_mail_says_when_in_both_zones_and_brings_the_event(world, plan, act):
    world.amara.time_zone = "Europe/London"
    world.amara.save()
    window = plan(only=[world.acme])
    act(move_window, window, BEGINS - 60 * H, begins_at=BEGINS + H, ends_at=ENDS + H, reason="The disks come later.")
    (first, second) = sent(window)
    assert {one.recipient for one in (first, second)} == {world.amara.email}
    said = render_notice(second)
    assert said.subject == "Maintenance moved: New disks"
    for words in ("(London)", "(Colombo)", "Lasts: 4 h", "The disks come later.", "We change the disks."):
        assert all(words in form for form in (said.text, said.html)), words
    assert "SEQUENCE:0" in first.facts["calendar"]
    assert "SEQUENCE:1" in second.facts["calendar"]
    act(cancel_window, window, BEGINS - 10 * H, reason="No disks came.")
    assert "STATUS:CANCELLED" in sent(window, "cancelled")[0].facts["calendar"]


@pytest.mark.django_db(transaction=True)
def test_two_workers_and_one_that_dies_tell_once(committed_world, monkeypatch):
    world = committed_world
    text = WindowText(title="New disks", begins_at=BEGINS, ends_at=ENDS)
    with scope({world.acme.pk, world.globex.pk}):
        window = plan_window(actor=actor_of(world.admin), text=text, at=BEGINS - 72 * H)
    monkeypatch.setattr("status.operations.window_notices._say_when_queued", _dies)
    with pytest.raises(RuntimeError):
        tell_windows(at=BEGINS - 71 * H)
    assert (kinds(window), sent(window), told(window)[0].queued_at) == ([], [], None)
    monkeypatch.undo()
    counts = []

    def work():
        try:
            counts.append(tell_windows(at=BEGINS - 70 * H))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert sum(counts) == 1
    assert kinds(window) == [("published", 0, False)]
    assert len({one.recipient for one in sent(window)}) == len(sent(window)) > 0


def _dies(*_args, **_more):
    raise RuntimeError("the worker is killed")


def test_a_rule_keeps_wall_time_when_the_clock_changes():
    found = occurrences(
        "FREQ=WEEKLY;BYDAY=SU", first_on=date(2026, 3, 1), opens=time(2, 30), zone="Europe/London",
        since=colombo("2026-03-20 00:00"), until=colombo("2026-04-08 00:00"),
    )  # fmt: skip
    assert [f"{one:%m-%d %H:%M}" for one in found] == ["03-22 02:30", "03-29 01:30", "04-05 01:30"]


def test_windows_of_a_series_are_made_once_and_told_in_one_mail(world):
    at = colombo("2026-03-02 09:00")
    text = SeriesText(
        title="Weekly work", rule="freq=weekly; byday=sa", first_on=date(2026, 3, 1), opens=time(22), minutes=120,
        zone="Asia/Colombo",
    )  # fmt: skip
    with scope({world.acme.pk, world.globex.pk}):
        series = plan_series(actor=actor_of(world.admin), text=text, at=at)
    with system_scope("what was made"):
        made = list(MaintenanceWindow.objects.filter(series=series).order_by("begins_at"))
    assert (len(made), made[0].begins_at) == (8, colombo("2026-03-07 22:00"))
    assert tell_windows(at=at + M) == 1
    assert all(told(one)[0].queued_at == at + M for one in made)
    assert sum(len(sent(one)) for one in made) == len({one.recipient for one in sent(made[0])})
    assert len(sent(made[0])[0].facts["dates"]) == 8
    assert make_windows(at=at + H) == 0
    assert make_windows(at=at + timedelta(days=7)) == 1
    with scope({world.acme.pk, world.globex.pk}):
        move_window(
            window=made[1], actor=actor_of(world.admin), begins_at=made[1].begins_at + H, ends_at=made[1].ends_at + H,
            reason="Later.", at=at + 2 * H,
        )  # fmt: skip
        later = SeriesText(**{**text.__dict__, "opens": time(23)})
        change_series(series=series, actor=actor_of(world.admin), text=later, at=at + timedelta(days=7))
        end_series(series=series, actor=actor_of(world.admin), at=at + timedelta(days=8))
    with system_scope("what was made"):
        ahead = not_over(shown_windows(), at=at + timedelta(days=8))
        hours = {f"{one.begins_at.astimezone(BEGINS.tzinfo):%H:%M}" for one in ahead}
        assert hours == {"23:00"}, "the one that was moved by hand stays, at 23:00 as it is; the others follow"
        assert MaintenanceWindow.objects.get(pk=made[1].pk).cancelled_at is None
    assert make_windows(at=at + timedelta(days=30)) == 0


def test_a_rule_that_gives_no_day_is_refused(world):
    for field, more in (
        ("rule", {"rule": "FREQ=MINUTELY"}),
        ("zone", {"zone": "Mars/Base"}),
        ("minutes", {"minutes": 0}),
    ):
        given = {
            "title": "Work", "rule": "FREQ=DAILY", "first_on": date(2026, 3, 1), "opens": time(1), "minutes": 60,
            "zone": "UTC", **more,
        }  # fmt: skip
        with pytest.raises(DomainError) as caught, transaction.atomic():
            plan_series(actor=actor_of(world.admin), text=SeriesText(**given), at=BEGINS)
        assert caught.value.field == field


def test_the_first_slot_lies_in_a_usual_time_where_it_fits():
    usual = [UsualWindow(5, 22 * 3600, 2 * 3600)]
    at = colombo("2026-04-06 10:07")
    slot = first_slot(2 * H, at=at, needed=48 * H, usual=usual, zone="Asia/Colombo")
    assert slot == (colombo("2026-04-11 22:00"), colombo("2026-04-12 00:00"))
    assert first_slot(5 * H, at=at, needed=48 * H, usual=usual, zone="Asia/Colombo")[0] == colombo("2026-04-08 10:30")
    friday = colombo("2026-04-09 22:10")  # 48 hours lead into the middle of the usual time
    slot = first_slot(H, at=friday, needed=48 * H, usual=usual, zone="Asia/Colombo")
    assert slot[0] == colombo("2026-04-11 22:30")

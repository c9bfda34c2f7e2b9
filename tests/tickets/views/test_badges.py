"""Badges and rows are written in Python: what people typed never becomes markup."""

from datetime import timedelta

import pytest

from tests.support import colombo
from tickets.badges import due_badge, level_badge, severity_badge, state_badge
from tickets.due import NO_DEADLINE, PAUSED, Chip

AT = colombo("2026-11-16 10:00")
WHEN = '<time datetime="2026-11-16T10:00:00+05:30" title="Mon 16 Nov 2026, 10:00 (Colombo)">Mon 16 Nov 10:00</time>'
DUE, SINCE = '<span class="bit">due ', '<span class="bit">overdue since '
LEFT = '<span class="bit"><span class="dot">· </span>2 h of support time'


def test_the_badges_say_in_words_what_they_show():
    assert severity_badge("P1") == '<span class="sev sev-P1">P1 Critical</span>'
    assert state_badge("waiting", False) == '<span class="state state-waiting">Waiting for the client</span>'
    assert state_badge("resolved", True) == '<span class="state state-resolved">Withdrawn</span>'
    assert state_badge("closed", True) == '<span class="state state-closed">Closed</span>'
    assert level_badge(2) == '<span class="level level-2"><i></i><i></i><i></i>Level 2</span>'


@pytest.mark.parametrize(
    ("chip", "shown"),
    [
        (PAUSED, '<span class="due paused">paused</span>'),
        (NO_DEADLINE, '<span class="due none">no deadline</span>'),
        (
            Chip(look="soon", due=AT, left=timedelta(hours=2), provisional=True),
            f'<span class="due soon"><span>{DUE}{WHEN}, at the earliest</span> {LEFT} left</span></span></span>',
        ),
        (
            Chip(look="overdue", due=AT, left=timedelta(hours=2), amber=True),
            f'<span class="due overdue amber"><span>{SINCE}{WHEN}</span> {LEFT} ago</span></span></span>',
        ),
        (
            Chip(look="overdue", due=AT, left=timedelta(0)),
            f'<span class="due overdue"><span>{SINCE}{WHEN}</span></span></span>',
        ),
    ],
)
def test_a_due_badge_for_every_look(chip, shown, monkeypatch):
    monkeypatch.setattr("tickets.badges.short_instant", lambda due, zone: "Mon 16 Nov 10:00")
    assert due_badge(chip, "Asia/Colombo") == shown


@pytest.mark.usefixtures("everything", "monday")
def test_a_subject_that_is_markup_is_shown_and_not_obeyed(signed_in, world, submit):
    submit("P1", "2026-11-16 09:00", subject='<img src=x onerror="alert(1)">')
    page = signed_in(world.agent).get("/queue/").content.decode()
    assert "&lt;img src=x onerror=&quot;alert(1)&quot;&gt;</a>" in page
    assert "<img src=x" not in page

"""The verdict of a fault run can fail: each planted defect is found, by the counts that are about it and no others."""

from collections import Counter
from dataclasses import replace

import pytest

from faults.evidence import POISON, Evidence, Expected, Journal, Kill, Mail, NoticeRow, Record
from faults.report import summary, table, verdict
from faults.verify import Check, verify

LATE = ("F1-1", "response_overdue", "response")
MISSED = ("F1-1", "target_missed", "target")
WARNED = ("F1-2", "warning", "response")
BEFORE = ("F1-1", "warning", "response")


def notice(number: int, what: tuple[str, str, str], recipient: str, **more) -> NoticeRow:
    reference, event, clock = what
    given = {
        "reference": reference,
        "event": event,
        "recipient": recipient,
        "state": "sent",
        "message_id": f"<{number}>",
        "key": f"1:{reference}:{clock}:{event}:1:1:{recipient}",
    }
    return NoticeRow(**{**given, **more})


NOTICES = (
    notice(1, LATE, "manager@x.example"),
    notice(2, MISSED, "agent@x.example"),
    notice(3, WARNED, "agent@x.example"),
    notice(4, ("F1-3", "acknowledgement", "ticket"), "client@f1.example"),
    notice(5, ("F1-0", POISON, ""), "poison@x.example", state="dead"),
    notice(6, BEFORE, "agent@x.example", state="archived"),
)
RECORD = Record(
    timeline=Counter([LATE, MISSED, WARNED, BEFORE]),
    audits=Counter([LATE, MISSED, WARNED, BEFORE]),
    rungs=Counter([LATE[:2]]),
    notices=NOTICES,
    tickets=Counter(["t1", "t2"]),
    replies=Counter(["r1"]),
    letters=Counter(["m1", "m2"]),
    answers=Counter(["m1", "m2"]),
)
SINK = (
    Mail("<1>", "manager@x.example", "a"),
    Mail("<2>", "agent@x.example", "b"),
    Mail("<2>", "agent@x.example", "b"),
    Mail("<3>", "agent@x.example", "c"),
    Mail("<4>", "client@f1.example", "d"),
)
SOUND = Evidence(
    expected=Expected(
        due=frozenset({LATE, MISSED, WARNED}),
        owed=frozenset(
            {
                ("F1-1", "response_overdue", "manager@x.example"),
                ("F1-1", "target_missed", "agent@x.example"),
                ("F1-2", "warning", "agent@x.example"),
            }
        ),
    ),
    history=Counter([BEFORE]),
    record=RECORD,
    sink=SINK,
    journal=Journal(opened=frozenset({"t1"}), replied=frozenset({"r1"}), unsure=frozenset({"t2", "r2"})),
    kills=(
        Kill("sender", "sender.claimed"),
        Kill("sender", ""),
        Kill("sweeper", "sweep.timeline"),
        Kill("reader", "mail.claimed"),
    ),
    late_after=4.0,
    letters=frozenset({"m1", "m2"}),
)


def recorded(**more) -> Evidence:
    return replace(SOUND, record=replace(RECORD, **more))


def with_notice(number: int, **more) -> Evidence:
    """The sound evidence with one notice changed."""
    rows = [replace(row, **more) if row.message_id == f"<{number}>" else row for row in NOTICES]
    return recorded(notices=tuple(rows))


SENDERS_KILLED = "kills of a sender between claim and mark"
MAILS_KILLED = "kills of who brings or reads a mail, at its steps"


def failed(evidence: Evidence, *, kills_wanted: int = 1, mails_wanted: int = 1) -> set[str]:
    checks = verify(evidence, kills_wanted=kills_wanted, mails_wanted=mails_wanted)
    return {check.name for check in checks if not check.holds}


def test_sound_evidence_holds_a_repeated_mail_with_its_message_id_included():
    assert failed(SOUND) == set()


DEFECTS = {
    "an escalation was lost": (
        recorded(timeline=Counter([LATE, MISSED, BEFORE]), audits=Counter([LATE, MISSED, BEFORE]), notices=(
            *NOTICES[:2], *NOTICES[3:]), ),
        {
            "escalations recorded on the timeline", "escalations in the audit log", "distinct keys of their notices",
            "their notices, one a recipient", "mails at the sink without a notice",
        },
    ),
    "an escalation was recorded twice": (
        recorded(timeline=RECORD.timeline + Counter([LATE])),
        {"recorded twice: timeline", "audit rows missing or in excess"},
    ),
    "an audit row is missing": (
        recorded(audits=RECORD.audits - Counter([LATE])),
        {"escalations in the audit log", "audit rows missing or in excess"},
    ),
    "an audit row stands twice": (
        recorded(audits=RECORD.audits + Counter([MISSED])),
        {"recorded twice: audit log", "audit rows missing or in excess"},
    ),
    "something was recorded that was not due": (
        recorded(
            timeline=RECORD.timeline + Counter([("F1-3", "warning", "limit")]),
            audits=RECORD.audits + Counter([("F1-3", "warning", "limit")]),
        ),
        {"recorded, but never due"},
    ),
    "a mail was lost": (
        recorded(letters=Counter(["m1"]), answers=Counter(["m1"])),
        {"mails that are a ticket", "mails that were acknowledged"},
    ),
    "a mail was written down twice": (recorded(letters=Counter(["m1", "m1", "m2"])), {"mails that are two tickets"}),
    "a mail was acknowledged twice": (
        recorded(answers=Counter(["m1", "m2", "m2"])), {"mails with two acknowledgements"},
    ),
    "a mail waits": (recorded(unread=1), {"mails that wait for a reader or a person"}),
    "a rung is missing": (recorded(rungs=Counter()), {"rungs of the ladder"}),
    "a rung stands twice": (recorded(rungs=Counter({LATE[:2]: 2})), {"recorded twice: ladder"}),
    "a sender marked before it sent, and died": (
        replace(SOUND, sink=SINK[1:]), {"notices at the sink", "lost: marked as sent, not at the sink"},
    ),
    "a notice stays in the queue": (
        replace(with_notice(3, state="queued", late=60.0), sink=tuple(m for m in SINK if m.message_id != "<3>")),
        {"notices at the sink", "notices queued for longer than two sweeps"},
    ),
    "a notice was given up": (with_notice(3, state="dead"), {"notices given up that were no poison"}),
    "somebody was told twice, by two notices": (
        replace(
            recorded(notices=(*NOTICES, notice(7, LATE, "manager@x.example", key="1:F1-1:other:1:manager@x.example"))),
            sink=(*SINK, Mail("<7>", "manager@x.example", "a")),
        ),
        {"recorded twice: notices", "distinct keys of their notices"},
    ),
    "the wrong one was told": (
        replace(
            with_notice(1, recipient="deputy@x.example", key="1:F1-1:response:response_overdue:1:1:deputy@x.example"),
            sink=(Mail("<1>", "deputy@x.example", "a"), *SINK[1:]),
        ),
        {"their notices, one a recipient", "notices to somebody who is not owed one"},
    ),
    "two notices share a Message-ID": (
        with_notice(3, message_id="<2>"),
        {"two notices with one Message-ID", "mails at the sink without a notice"},
    ),
    "a repeat carries a Message-ID of its own": (
        replace(SOUND, sink=(*SINK, Mail("<new>", "agent@x.example", "b"))), {"mails at the sink without a notice"},
    ),
    "a repeat says something else": (
        replace(SOUND, sink=(*SINK, Mail("<2>", "agent@x.example", "other"))), {"repeats that are not the same mail"},
    ),
    "a mail went to another than its notice says": (
        replace(SOUND, sink=(*SINK[:-1], Mail("<4>", "eve@f1.example", "d"))), {"repeats that are not the same mail"},
    ),
    "the poison was sent": (
        replace(SOUND, sink=(*SINK, Mail("<5>", "poison@x.example", "e"))),
        {"poison at the sink", "mails at the sink without a notice"},
    ),
    "the poison is marked as sent": (with_notice(5, state="sent"), {"poison rows still tried, or given up"}),
    "an acknowledged ticket is gone": (recorded(tickets=Counter(["t2"])), {"acknowledged tickets"}),
    "an acknowledged reply is gone": (recorded(replies=Counter()), {"acknowledged replies"}),
    "a reply stands twice": (recorded(replies=Counter({"r1": 2})), {"tickets or replies that stand twice"}),
    "a ticket came from nowhere": (recorded(tickets=Counter(["t1", "t9"])), {"work that nobody sent"}),
    "an audit row of the load is missing": (recorded(unaudited=1), {"tickets and replies without an audit row"}),
    "a ticket number is missing": (recorded(gaps=1), {"organisations with a gap in their ticket numbers"}),
    "a clock was not swept": (recorded(unswept=1), {"clocks due for longer than two sweeps"}),
    "a clock is not its timeline's": (recorded(differing=1), {"stored clocks that differ from their timeline"}),
}  # fmt: skip


@pytest.mark.parametrize(("evidence", "found"), DEFECTS.values(), ids=DEFECTS.keys())
def test_a_planted_defect_is_found_by_the_counts_that_are_about_it(evidence, found):
    assert failed(evidence) == found


def test_every_count_but_the_kills_is_failed_by_some_defect():
    all_counts = {check.name for check in verify(SOUND, kills_wanted=1)}
    found = set().union(*(names for _, names in DEFECTS.values()))
    assert all_counts - found == {SENDERS_KILLED, MAILS_KILLED}


def test_a_run_that_killed_nobody_at_the_delicate_moment_proves_nothing():
    assert failed(SOUND, kills_wanted=2) == {SENDERS_KILLED}
    assert failed(SOUND, mails_wanted=2) == {MAILS_KILLED}


def test_a_notice_queued_since_a_moment_ago_is_not_late():
    waiting = replace(with_notice(3, state="queued", late=1.0), sink=tuple(m for m in SINK if m.message_id != "<3>"))
    assert failed(waiting) == {"notices at the sink"}


def test_the_table_names_what_is_wrong_below_its_line():
    checks = verify(recorded(rungs=Counter()), kills_wanted=1)
    lines = table(checks).splitlines()
    (at,) = [i for i, line in enumerate(lines) if "FAIL" in line]
    assert lines[at].split() == ["rungs", "of", "the", "ladder", "0", "1", "FAIL"]
    assert lines[at + 1].strip() == "F1-1 response_overdue"
    assert verdict(checks) == "FAILED: rungs of the ladder"


def test_the_verdict_of_a_sound_run_says_so():
    checks = verify(SOUND, kills_wanted=1)
    assert verdict(checks) == f"all {len(checks)} counts hold: 0 lost, 0 recorded twice"


def test_at_most_five_of_what_is_wrong_are_named():
    many = Check("x", 9, 0, tuple("abcde"))
    assert table([many]).splitlines()[3:] == [f"    {letter}" for letter in "abcde"]
    lost = replace(SOUND, journal=replace(SOUND.journal, opened=frozenset(f"n{i}" for i in range(9)) | {"t1"}))
    (check,) = [check for check in verify(lost, kills_wanted=1) if not check.holds]
    assert (check.name, check.found, check.wanted, check.wrong) == (
        "acknowledged tickets", 1, 10, ("n0", "n1", "n2", "n3", "n4")
    )  # fmt: skip


def test_the_summary_counts_kills_and_repeats():
    assert summary(SOUND) == [
        "4 kills: 2 senders (1 between claim and mark), 1 sweepers (1 between claim and commit)",
        "0 who bring mails (0 at mail.before_store, 0 at mail.stored), "
        "1 who read them (0 at mail.after_commit, 0 at mail.before_commit, 1 at mail.claimed)",
        "5 mails at the sink for 4 notices: 1 repeats",
        "the load: 1 tickets and 1 replies acknowledged, 2 without an answer",
        "the poison row: dead",
    ]

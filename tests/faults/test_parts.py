"""The parts of a fault run: points, schedule, sink, children, journal, command line."""

import ast
import os
import random
import smtplib
import time
import uuid
from collections import Counter
from functools import partial

import pytest
from django.db import OperationalError

from faults import load, sink
from faults.__main__ import listen_somewhere, parse
from faults.board import IDLE, POINTS, REACHING, Board
from faults.evidence import BROUGHT, READ, UNMARKED, UNRECORDED
from faults.forking import ended_within, fork, kill
from faults.load import Loader, read_journals
from faults.post import Letter, Post, raw_of
from faults.schedule import kills_wanted, mail_kills_wanted, steps
from faults.world import plan_escalations, settle_in
from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from tests.architecture.source import calls, imports, product_files, tree_of
from tickets.models import Ticket, TimelineEntry

REACH = "helpdesk.lib.crashpoints.reach"


def points_by_file() -> dict[str, set[str]]:
    """The points of the sweep, the sender and the mails, by the file that names them."""
    found = {}
    for file in product_files():
        if REACH in imports(tree_of(file)):
            bare = [call for name, call in calls(tree_of(file)) if name == "reach" and isinstance(call.func, ast.Name)]
            points = {call.args[0].value for call in bare}
            found[file] = {point for point in points if point.startswith(("mail.", "sweep.", "sender."))}
    return {file: points for file, points in found.items() if points}


def test_the_board_knows_every_point_of_the_sweep_the_sender_and_the_mails_and_listens_in_their_modules():
    named = set().union(*points_by_file().values())
    assert set(POINTS) == named | {IDLE}
    assert named > UNMARKED | UNRECORDED | BROUGHT | READ
    assert {module.__name__ for module in REACHING} == {file[:-3].replace("/", ".") for file in points_by_file()}


def test_what_a_killed_child_last_noted_stays_on_the_board(tmp_path):
    board = Board(workers=2)

    def work() -> None:
        board.note(1, "sender.claimed")
        time.sleep(60)

    pid = fork(work, log=tmp_path / "log")
    while board.last(1) == IDLE:
        time.sleep(0.005)
    kill(pid)
    assert (board.last(0), board.last(1), board.is_calm) == (IDLE, "sender.claimed", False)
    board.calm()
    assert board.is_calm


def test_a_child_that_fails_ends_and_its_fault_is_in_the_log(tmp_path):
    def work() -> None:
        raise ValueError("nothing works")

    assert ended_within(fork(work, log=tmp_path / "log"), seconds=10)
    assert "ValueError: nothing works" in (tmp_path / "log").read_text()


def test_a_child_that_works_on_has_not_ended(tmp_path):
    pid = fork(partial(time.sleep, 60), log=tmp_path / "log")
    assert not ended_within(pid, seconds=0.1)
    kill(pid)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_schedule_is_repeated_by_its_seed_and_kills_about_once_a_second():
    plan = steps(seconds=60, chance=random.Random(3))
    assert plan == steps(seconds=60, chance=random.Random(3))
    assert plan != steps(seconds=60, chance=random.Random(4))
    done = Counter(step.what for step in plan)
    assert 55 <= done["sender"] + done["sweeper"] <= 110
    assert done["sender"] > done["sweeper"] > 10
    assert done["postgres restarted"] == 2


def test_redis_is_up_whenever_postgresql_is_restarted():
    up = True
    for step in steps(seconds=12, chance=random.Random(1)):
        up = {"redis stopped": False, "redis started": True}.get(step.what, up)
        assert up or step.what != "postgres restarted"
    assert up


def test_whoever_brings_or_reads_a_mail_is_killed_too_and_no_mail_is_brought_before_it_is_written():
    done = Counter(step.what for step in steps(seconds=60, chance=random.Random(3)))
    assert done["reader"] > done["postman"] > 10
    assert [mail_kills_wanted(seconds) for seconds in (5, 12, 60, 300)] == [1, 3, 15, 15]
    letters = [Letter("now", "a@f1.example", 0.0), Letter("later", "b@f1.example", 1.0)]
    parcels = Post(letters, seconds=60).parcels(3)
    assert [next(parcels)[0].token for _ in range(4)] == ["now"] * 4
    assert raw_of(letters[0], "support") != raw_of(letters[0], "help")


def test_a_full_run_wants_thirty_kills_between_claim_and_mark():
    assert [kills_wanted(seconds) for seconds in (5, 12, 60, 300)] == [2, 6, 30, 30]


def test_the_sink_in_its_moods(tmp_path):
    """Of the first ten messages the third is taken and not answered, the seventh refused; calm, it takes all."""
    board, listening = Board(workers=0), listen_somewhere()
    port, taken, tally = listening.getsockname()[1], tmp_path / "taken", tmp_path / "tally"
    serve = partial(sink.serve, listening, board=board, taken=taken, tally=tally)
    pid = fork(serve, log=tmp_path / "log")
    listening.close()
    try:
        answers = [posted(port, number) for number in range(1, 8)]
        board.calm()
        answers += [posted(port, number) for number in range(8, 30)]
    finally:
        kill(pid)
    assert answers == [250, 250, 0, 250, 250, 250, 451, *[250] * 22]
    ids = [mail.message_id for mail in sink.read(taken)]
    assert ids == [f"<{number}@x>" for number in range(1, 30) if number != 7], "listed before any answer"
    assert {mail.recipient for mail in sink.read(taken)} == {"b@x.example"}
    assert len({mail.digest for mail in sink.read(taken)}) == 1
    assert tally.read_text().split() == ["take", "take", "drop", "take", "take", "take", "refuse"]


def posted(port: int, number: int) -> int:
    """Post a message; returns the reply's code, 0 for none."""
    text = f"Message-ID: <{number}@x>\r\nDate: {number}\r\nSubject: s\r\n\r\nThe same text\r\n"
    try:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as client:
            client.sendmail("a@x.example", ["b@x.example"], text)
    except smtplib.SMTPDataError as error:
        return error.smtp_code
    except smtplib.SMTPServerDisconnected:
        return 0
    return 250


def test_of_forty_messages_one_hangs():
    assert Counter(sink.mood(number) for number in range(1, 41)) == {"take": 31, "drop": 4, "refuse": 4, "hang": 1}


@pytest.fixture
def loader(transactional_db):
    houses = settle_in()
    planned, _ = plan_escalations(houses, begin=database_now(), seconds=1, chance=random.Random(1), late=[("P4", 10)])
    return Loader(houses, planned, board=Board(workers=0), seed=1)


def test_a_submit_without_an_answer_is_sent_again_with_its_key_and_noted_once(loader, tmp_path, monkeypatch):
    opens, token = load.open_ticket, uuid.UUID(int=7)
    failures = [OperationalError("before the work"), None, None]

    def flaky(**given):
        if error := failures.pop(0):
            raise error
        opens(**given)
        if failures:
            failures.pop(0)
            opens(**given)  # a page that is sent twice

    monkeypatch.setattr(load, "open_ticket", flaky)
    monkeypatch.setattr(load, "AGAIN_S", 0)
    with (tmp_path / "journal").open("w") as journal:
        loader._submit(token, journal)
    assert (tmp_path / "journal").read_text().split() == ["submits", str(token), "opened", str(token)]
    with system_scope("what stands in the database"):
        assert Ticket.objects.filter(submission_key=token).count() == 1
    assert read_journals([tmp_path / "journal"]).opened == {str(token)}


def test_a_reply_without_an_answer_is_noted_as_unsure_and_not_sent_again(loader, tmp_path, monkeypatch):
    replies, lost, kept = load.reply, uuid.UUID(int=8), uuid.UUID(int=9)

    def away(**given):
        raise OperationalError("the connection was closed")

    with (tmp_path / "journal").open("w") as journal:
        loader._reply(kept, journal)
        monkeypatch.setattr(load, "reply", away)
        loader._reply(lost, journal)
    monkeypatch.setattr(load, "reply", replies)
    found = read_journals([tmp_path / "journal"])
    assert (found.replied, found.unsure) == ({str(kept)}, {str(lost)})
    with system_scope("what stands in the database"):
        assert TimelineEntry.objects.filter(kind="reply").values_list("body", flat=True).get() == f"token {kept}"


def test_the_command_line_has_a_full_run_by_default_and_refuses_nonsense(tmp_path, capsys):
    wanted = parse([])
    assert (wanted.seconds, wanted.logs) == (60, None)
    assert 0 <= wanted.seed < 10**6
    assert (parse(["--seconds", "12", "--seed", "5"]).seconds, parse(["--seed", "5"]).seed) == (12, 5)
    (tmp_path / "old.log").touch()
    for arguments in (["--seconds", "2"], ["--seconds", "9999"], ["--logs", str(tmp_path)], ["sweep"]):
        with pytest.raises(SystemExit) as ended:
            parse(arguments)
        assert ended.value.code == 2
    assert "between 5 and 600 seconds" in capsys.readouterr().err

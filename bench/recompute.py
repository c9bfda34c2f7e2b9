"""A holiday added with many open tickets: the preview, the moving of clocks, and the queue page meanwhile.

The preview of a policy's edit is measured too: it folds every open ticket.
"""

import multiprocessing
import time
from datetime import timedelta
from multiprocessing.connection import Connection

from django.db import connection, transaction

from bench.browsing import Browser, session_of
from bench.database import scratch_database, using
from bench.loading import AT, HOW, load
from bench.report import BenchError, Figure, Options, Report, quantile
from bench.serving import serving
from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import Actor
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.wake import muted
from sla.models import Calendar, PlannedEdit, PlanState, Policy, PolicyVersion
from sla.operations.planning import confirm_plan, plan_calendar_edit
from sla.operations.policy_planning import plan_policy_edit
from sla.plans import plan_named
from sla.policy_spec import spec_of
from tickets.operations.edits.impact import work_off_plans

PREVIEW_S, RECOMPUTE_S, TIMES_IDLE, GOALS_AT = 10.0, 30.0, 3.0, 100_000
IDLE_PAGES, WARM = 200, 40
QUEUE, ASKS = "/queue/", "agent1@ravingcrm.example"
REASON = "the bench's floor reads and writes every organisation's clocks"
HOLIDAY = {"do": "holiday.add", "name": "A day of mourning", "categories": ["mercantile"], "source": "A gazette"}
# The least that looking and moving can cost: one statement each over the same rows, no fold and no word of it.
READ = "SELECT count(*), max(due_at + interval '1 day') FROM sla_clock WHERE state IN ('running', 'paused')"
MOVE = """
    UPDATE sla_clock SET due_at = due_at + interval '1 day', calendar_version_id = calendar_version_id
    WHERE state IN ('running', 'paused')
"""


def run(options: Options) -> Report:
    """Load the desk, then preview a holiday on the next day, confirm it, and look at the queue while clocks move."""
    with scratch_database("recompute") as name:
        loaded = load(name, open_tickets=options.size)
        with serving(name) as [port]:
            with using(name):
                floors = [_timed(READ), _timed(MOVE)]
                browser = Browser(port, session_of(User.objects.get(email=ASKS)))
                idle = [browser.timed(QUEUE) for _ in range(WARM + IDLE_PAGES)][WARM:]
                policy_preview = _policy_previewed()
                plan, preview = _previewed()
                _confirmed(plan)
                connection.close()
            moving, meanwhile = _moved(name, plan.pk, browser)
            with using(name):
                done = plan_named(plan.public_id)
    if done is None or done.state != PlanState.DONE or plan.impact is None:
        raise BenchError("the clocks were not all moved")
    impact, at_goal = plan.impact, options.size == GOALS_AT
    p95 = quantile(meanwhile, 0.95)
    figures = (
        _seconds(f"preview, {options.size:,} open", preview, floors[0], PREVIEW_S, at_goal=at_goal),
        _seconds(f"recompute, {options.size:,} open", moving, floors[1], RECOMPUTE_S, at_goal=at_goal),
        Figure(
            name=f"policy's preview, {options.size:,} open",
            value=policy_preview,
            unit="s",
            floor=floors[0],
            goal="",
            passed=None,
        ),
        Figure(
            name="queue page meanwhile, p95 (floor: idle)",
            value=p95,
            unit="ms",
            floor=quantile(idle, 0.95),
            goal=f"≤ {TIMES_IDLE:.0f} × idle",
            passed=p95 <= TIMES_IDLE * quantile(idle, 0.95),
        ),
    )
    notes = (
        f"{loaded.said}. The holiday is the next day: {impact['clocks']:,} clocks of {impact['tickets']:,} tickets "
        f"move, of {impact['open']:,} open ones; {impact['breached']:,} are breached and stay, {impact['paused']:,} "
        "are paused.",
        "The floors: one statement that reads as many clocks; one that adds a day to as many, rolled back. Neither "
        "folds, tells a ticket, or writes to the log.",
        f"{len(meanwhile)} queue pages while clocks moved, one at a time; the load generator and the moving process "
        f"share the two cores with server and database. {HOW}",
    )
    return Report("recompute", figures, notes)


def _seconds(name: str, value: float, floor: float, goal: float, *, at_goal: bool) -> Figure:
    said = f"≤ {goal:.0f} s" if at_goal else ""
    return Figure(name=name, value=value, unit="s", floor=floor, goal=said, passed=value <= goal if at_goal else None)


def _timed(statement: str) -> float:
    """The seconds of one statement, whose work is rolled back."""
    began = time.perf_counter()
    with transaction.atomic(), system_scope(REASON), connection.cursor() as cursor:
        cursor.execute(statement)
        taken = time.perf_counter() - began
        transaction.set_rollback(True)
    return taken


def _previewed() -> tuple[PlannedEdit, float]:
    """The planned edit, counted, and the seconds that it took."""
    calendar, day = Calendar.objects.get(key="sri-lanka"), (AT + timedelta(days=1)).date()
    change = {**HOLIDAY, "date": day.isoformat()}
    with muted():
        plan = plan_calendar_edit(calendar=calendar, changes=[change], year=day.year, actor=_admin(), at=AT)
        began = time.perf_counter()
        work_off_plans(at=AT)
    taken = time.perf_counter() - began
    counted = plan_named(plan.public_id)
    if counted is None or counted.state != PlanState.READY:
        raise BenchError("the edit's effect could not be counted")
    return counted, taken


def _policy_previewed() -> float:
    """The seconds in which it is counted what a day more for P2 would move."""
    policy = Policy.objects.get(key="standard")
    newest = PolicyVersion.objects.filter(policy=policy).latest("number")
    spec = spec_of(newest)
    rows = [{**row, "limit_minutes": 3240} if row["severity"] == "P2" else row for row in spec["targets"]]
    with muted():
        plan = plan_policy_edit(
            policy=policy, spec={**spec, "targets": rows}, effective_on=None, reason="Agreed", seen=newest.number,
            actor=_admin(), at=AT,
        )  # fmt: skip
        began = time.perf_counter()
        work_off_plans(at=AT)
        taken = time.perf_counter() - began
    counted = plan_named(plan.public_id)
    if counted is None or counted.state != PlanState.READY:
        raise BenchError("the policy edit's effect could not be counted")
    return taken


def _confirmed(plan: PlannedEdit) -> None:
    with muted():
        confirm_plan(plan=plan, reaches_running=True, actor=_admin(), at=AT)


def _admin() -> Actor:
    with system_scope("the bench looks for an admin"):
        staff = StaffMember.objects.filter(role="admin").order_by("pk").first()
        assert staff is not None
        member = member_of(User.objects.select_related("staff_member").get(pk=staff.user_id))
    assert member is not None
    return member.actor


def _moved(name: str, plan_id: int, browser: Browser) -> tuple[float, list[float]]:
    """The seconds that another process took to move the clocks, and the queue pages that came meanwhile."""
    ours, theirs = multiprocessing.Pipe()
    child = multiprocessing.get_context("fork").Process(target=_move, args=(name, theirs))
    child.start()
    pages = []
    while child.is_alive() and not ours.poll():
        pages.append(browser.timed(QUEUE))
    child.join()
    if child.exitcode != 0 or not ours.poll():
        raise BenchError(f"the clocks of the planned edit {plan_id} could not be moved")
    return float(ours.recv()), pages


def _move(name: str, theirs: Connection) -> None:
    with using(name), muted():
        began = time.perf_counter()
        work_off_plans(at=AT)
        theirs.send(time.perf_counter() - began)

"""The walk: every route, method and role with one's own ids, then with the victim's, and what judges each answer."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import transaction
from django.shortcuts import resolve_url

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope
from helpdesk.proof.aims import METHODS, WITH_BODY, Aim, Aims, Visitor, nowhere
from helpdesk.proof.browser import Answer, Ask, Browser
from helpdesk.proof.files import Drawers
from helpdesk.proof.ledger import Books
from helpdesk.proof.masks import Mask, Masked
from helpdesk.proof.names import ANYTHING
from helpdesk.proof.openapi import Operations, spoken
from helpdesk.proof.report import Report
from helpdesk.proof.routes import Route
from helpdesk.proof.shapes import Fixture
from helpdesk.proof.sides import World
from helpdesk.proof.world import more_of

NOT_ALLOWED = 405
# Roles differ in what they may do, not in which code answers them. Where a method is refused as such, or is another
# name for GET, a stranger, a client and somebody of the staff try the victim's ids in the address; elsewhere everybody.
WITNESSES = {"anonymous", "client", "agent", "token of client", "token of agent"}
ENOUGH = 100  # so many working requests wait until the victim grows for all of them at once
TRIES = 3  # an answer that differs by the minute does not differ three times


@dataclass(frozen=True)
class Worked:
    """A request of one's own that worked, with its masked answer: another's growth must not change it."""

    route: str
    role: str
    ask: Ask
    answer: Masked


class Walk:
    """One run over some routes. Everything it learns goes into the report."""

    def __init__(
        self, world: World, books: Books, *, visitors: Iterable[Visitor], report: Report,
        fixtures: Mapping[str, Fixture], operations: Operations, drawers: Drawers,
    ) -> None:  # fmt: skip
        self.world, self.books, self.report, self.fixtures = world, books, report, fixtures
        self.operations, self.drawers = operations, drawers
        self.visitors, self.browser = list(visitors), Browser(books)
        with system_scope("the proof reads the books"):
            self.before = books.read()
        self.masked = Mask(books.is_seeded)
        self.worked: set[tuple[str, str]] = set()
        self.answered: dict[tuple[str, str], set[int]] = {}
        self.looks_anywhere: dict[tuple[str, bool], frozenset[str]] = {}
        self.compared: set[tuple[str, str, str, int]] = set()
        self.witnessed: set[tuple[str, str]] = set()
        self.waiting: list[Worked] = []

    def visit(self, route: Route) -> str:
        """Walk this route by every visitor and method; returns what it was and took."""
        began, before = time.monotonic(), self.browser.count
        aims = self._aims(route)
        if aims is not None:
            for visitor in aims.visitors(self.visitors):
                self.waiting.extend(self._visit(route, aims, visitor))
            self._unreached(route, aims)
        if len(self.waiting) >= ENOUGH:
            self._unnoticed()
        return f"{route.name} ({time.monotonic() - began:.1f} s, {self.browser.count - before:,} requests)"

    def finish(self) -> None:
        """Ask what is left to be asked when all routes have been visited."""
        self._unnoticed()

    def _aims(self, route: Route) -> Aims | None:
        if not any(name.split(" ")[0] == route.name for name in self.fixtures):
            self.report.add(
                "unlisted route", route.name, detail=f"/{route.route} has no line in helpdesk/proof/fixtures.py"
            )
            return None
        own, victim = self.world.own, self.world.victim
        aims = Aims(route, self.fixtures, own=own, victim=victim, operations=spoken(route, self.operations))
        for name in (unknown := aims.unknown_kwargs()):
            self.report.add(
                "kwarg without fixture", route.name, detail=f"<{name}> of /{route.route} stands for nothing"
            )
        return None if unknown else aims

    def _visit(self, route: Route, aims: Aims, visitor: Visitor) -> Iterator["Worked"]:
        """All that one visitor tries at one route; yields their own requests that worked."""
        for method in METHODS:
            ask = aims.own_request(method, visitor)
            answer = self._judged(route, visitor, ask, "own")
            works = is_success(answer)
            if works:
                self.worked.add((route.name, method))
                if method in aims.spoken and self._looked(answer, visitor, aims):
                    yield Worked(route.name, visitor.role, ask, self.masked(answer, ()))
            self.answered.setdefault((route.name, method), set()).add(answer.status)
            for aim in self._chosen(aims, method, visitor, answer, works=works):
                self._compare(route, aims, visitor, aim, answer)

    def _chosen(self, aims: Aims, method: str, visitor: Visitor, own: Answer, *, works: bool) -> Iterator[Aim]:
        """Addresses for every method; the rest where a request works and the method means something of its own."""
        refused = own.status == NOT_ALLOWED
        if visitor.role in WITNESSES or not (refused or method == "HEAD"):
            apart = not refused or self._looked(own, visitor, aims)
            yield from aims.by_path(method, visitor, apart=apart)
        if works and method in aims.spoken and bool(visitor.bearer) == aims.is_api:
            guesses = self._guesses(aims, method, visitor)
            yield from aims.by_query(method, visitor, own.query_names, guesses=guesses)
            if method in WITH_BODY:
                yield from aims.by_body(method, visitor, own.field_names, guesses=guesses)
            yield from aims.unasked(method, visitor, own.query_names, own.field_names)

    def _guesses(self, aims: Aims, method: str, visitor: Visitor) -> Sequence[str]:
        """What a name could mean of which nothing is known: all of it while no witness has tried, then one by turns."""
        change = (aims.route.name, method)
        if visitor.role in WITNESSES:
            self.witnessed.add(change)
        elif change in self.witnessed:
            turn = [one.role for one in self.visitors].index(visitor.role) % len(ANYTHING)
            return ANYTHING[turn : turn + 1]
        return ANYTHING

    def _compare(self, route: Route, aims: Aims, visitor: Visitor, aim: Aim, own: Answer) -> None:
        """The victim's id must answer as a missing one does; what is no id may also change nothing at all.

        An answer for which nothing was looked up is compared with a missing one's once, not for each visitor.
        """
        for _ in range(TRIES):
            theirs = self._judged(route, visitor, aim.theirs, aim.what)
            seen = self.masked(theirs, aim.sent)
            if not aim.refers and seen == self.masked(own, aim.sent):
                return
            if aim.parts:
                for part in aim.parts:
                    self._compare(route, aims, visitor, part, own)
                return
            looked = self._looked(theirs, visitor, aims)
            kind = (route.name, aim.theirs.method, aim.what, theirs.status)
            if not looked and kind in self.compared:
                return
            absent = self.masked(self._judged(route, visitor, aim.missing, aim.what), aim.sent)
            if seen == absent:
                if not looked:
                    self.compared.add(kind)
                return
        if aims.fixtures[aim.theirs.method].tells.get(aim.field):
            self.report.counts["differences told on purpose"] += 1
            return
        self.report.add(
            "a foreign id answers unlike a missing one", f"{aim.theirs.method} {route.name} [{aim.what}]",
            role=visitor.role, detail=difference(seen, absent),
        )  # fmt: skip

    def _looked(self, answer: Answer, visitor: Visitor, aims: Aims) -> bool:
        """Whether anything was looked up for this answer but who asks."""
        return not answer.looks <= self._looks_anywhere(visitor, is_api=aims.is_api)

    def _looks_anywhere(self, visitor: Visitor, *, is_api: bool) -> frozenset[str]:
        """What is looked up for this visitor also where there is nothing: who they are, and the frame of a page."""
        if (visitor.role, is_api) not in self.looks_anywhere:
            answers = [self.browser.ask(ask) for ask in nowhere(visitor, is_api=is_api)]
            self.looks_anywhere[visitor.role, is_api] = frozenset().union(*(one.looks for one in answers))
        return self.looks_anywhere[visitor.role, is_api]

    def _judged(self, route: Route, visitor: Visitor, ask: Ask, what: str) -> Answer:
        """Ask, and look for canaries, changed rows and faults in what came of it."""
        answer = self.browser.ask(ask)
        self.report.counts["requests"] += 1
        where = f"{ask.method} {route.name} [{what}]"
        mails = any(name.split(" ")[0] == route.name and one.mails_the_named for name, one in self.fixtures.items())
        if answer.status >= 500 and route.name not in ("readyz",):
            self.report.add("server error", where, role=visitor.role, detail=f"{answer.status} {answer.log[-600:]}")
        shown = "\n".join([*(f"{name}: {value}" for name, value in answer.headers), answer.text])
        for kind, text in (("leak in the answer", shown), ("leak in the log", answer.log)):
            for place in self._foreign(text, ask.sent):
                self.report.add(kind, where, role=visitor.role, detail=place)
        if self.drawers.moved():
            for name in self.drawers.changed():
                self.report.add("foreign files changed", where, role=visitor.role, detail=name)
            self.drawers.restore()
        if answer.books is not None:
            self._audit(where, visitor, ask, answer, mails=mails)
        return answer

    def _audit(self, where: str, visitor: Visitor, ask: Ask, answer: Answer, *, mails: bool) -> None:
        """The books after a request that wrote something."""
        assert answer.books is not None
        for table, traces in answer.books.items():
            if traces.digest != self.before[table].digest and not (mails and table == "notifications_accountnotice"):
                self.report.add("foreign rows changed", where, role=visitor.role, detail=table)
            if traces.pointers:
                self.report.add("a new row points at the victim's people", where, role=visitor.role, detail=table)
            for row in traces.fresh:
                for place in self._foreign(row, ask.sent):
                    detail = f"{place} was copied into {table}"
                    self.report.add("leak into a row", where, role=visitor.role, detail=detail)

    def _foreign(self, text: str, sent: Iterable[str] = ()) -> list[str]:
        return self.world.aviary.found(text, allowed=lambda owner: owner == self.world.own.key, sent=sent)

    def _unreached(self, route: Route, aims: Aims) -> None:
        """A route whose own request never works proves nothing; nor does a method that is not plainly refused (405)."""
        reached = [method for method in METHODS if (route.name, method) in self.worked]
        if aims.default.refuses:
            return
        for method in METHODS:
            statuses = self.answered[route.name, method]
            if method in reached or aims.fixtures[method].refuses:
                continue
            if 405 not in statuses or method in aims.operations:
                where, found = f"{method} {route.name}", ", ".join(map(str, sorted(statuses)))
                self.report.add("no working request of one's own", where, detail=f"answers were {found}")
        if not set(reached) - {"OPTIONS"}:
            self.report.add("no working request of one's own", f"any {route.name}")
        self.report.counts["routes x methods reached"] += len(reached)

    def _unnoticed(self) -> None:
        """One's own answers must not depend on what others have: counts, numbers, positions."""
        asked, self.waiting = self.waiting, []
        for turn in range(TRIES):
            if turn:
                asked = [replace(one, answer=self.masked(self.browser.ask(one.ask), ())) for one in asked]
            with transaction.atomic():
                more_of(self.world.victim, self.world.aviary, at=database_now())
                grown = [self.masked(self.browser.ask(one.ask), ()) for one in asked]
                transaction.set_rollback(True)
            differ = [(one, other) for one, other in zip(asked, grown, strict=True) if one.answer != other]
            asked = [one for one, _ in differ]
            if not asked:
                return
        for one, other in differ:
            self.report.add(
                "depends on another organisation's rows", f"{one.ask.method} {one.route} [own]", role=one.role,
                detail=difference(one.answer, other),
            )  # fmt: skip


def is_success(answer: Answer) -> bool:
    """Whether the answer is one that a working request gets: not a refusal, and not the way to sign in."""
    to_sign_in = answer.header("Location").startswith(f"{resolve_url(settings.LOGIN_URL)}?next=")
    return 200 <= answer.status < 400 and not to_sign_in


def difference(one: tuple[object, ...], other: tuple[object, ...]) -> str:
    """Where two masked answers part, in few words."""
    for name, *both in zip(("status", "headers", "body", "commit"), one, other, strict=True):
        left, right = map(str, both)
        if left != right:
            start = next((at for at, pair in enumerate(zip(left, right, strict=False)) if pair[0] != pair[1]), 0)
            begin = max(0, start - 30)
            return f"{name}: …{left[begin : start + 90]!r} / …{right[begin : start + 90]!r}"
    return ""

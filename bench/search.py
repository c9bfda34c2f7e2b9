"""The search page over HTTP, big desk and small, for staff and a client, with a LEAKPROOF `@@` and without."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from urllib.parse import quote_plus

from django.db.models import F, Value
from django.db.models.functions import Concat

from bench.browsing import Browser, session_of, statements_of
from bench.database import as_superuser, scratch_database, using
from bench.loading import HOW as HOW_LOADED
from bench.loading import Loaded, load
from bench.report import Figure, Options, Report, middle, quantile
from bench.serving import HOW, serving
from helpdesk.accounts.models import User
from helpdesk.lib.tenancy import system_scope
from tickets.models import Ticket
from tickets.operations.indexing import refresh_search
from tickets.search.finding import PAGE as RESULTS

SIZES = {"1 M": (100_000, 900_000), "10 k": (1_000, 9_000)}  # open, closed
BIG = "1 M"
WARM, ROUNDS, ROUNDS_WITHOUT, BLOCKS = 10, 60, 5, 5
SIDES = {"staff": "agent1@ravingcrm.example", "client admin": "admin@b00001.example"}
GOALS = {"staff": 150, "client admin": 50}  # milliseconds
RARE, RARE_ONES = "quetzal", 20
# How often a word stands in the desk's tickets is told by the words that `helpdesk/demo/texts.py` draws from.
SEARCHES = {
    "a word in every ticket": "button",
    "a word in 1 of 15": "invoices",
    "words of 1 in 240": "invoices reproduced noticed",
    f"a word in {RARE_ONES}": RARE,
    "words that never meet": "invoices newsletter",
    "a word, two filters": "invoices severity:p1 is:open",
    "two filters": "severity:p1 is:open",
    "a name": "user of client 1",
}
GIVEN_UP = 503
UNMARKED = "ALTER FUNCTION ts_match_vq(tsvector, tsquery) NOT LEAKPROOF"
MARKED = "ALTER FUNCTION ts_match_vq(tsvector, tsquery) LEAKPROOF"


@dataclass
class Case:
    """One search by one side on one desk: the milliseconds of page and floor, and of the page without the mark."""

    desk: str
    side: str
    name: str
    path: str
    browser: Browser
    statements: int
    found: int = 0  # tickets on the page
    bytes: int = 0
    page: list[float] = field(default_factory=list)
    floor: list[float] = field(default_factory=list)
    without: list[float] = field(default_factory=list)

    def warm_up(self) -> None:
        """Fill the caches of the server's threads, and learn how big the page is."""
        for _ in range(WARM):
            body = self.browser.get(self.path).body
            self.bytes, self.found = len(body), body.count(b'class="ref"')
            self.browser.get(self.floor_path)

    @property
    def floor_path(self) -> str:
        return f"/bench/list/{RESULTS}/?bytes={self.bytes}"

    def one_round(self) -> None:
        """The page and its floor, once each."""
        self.page.append(self.browser.timed(self.path))
        self.floor.append(self.browser.timed(self.floor_path))

    def one_round_without(self) -> None:
        """The page alone; a search that is given up counts as long as it took."""
        self.without.append(self.browser.timed(self.path, taken=(200, GIVEN_UP)))


def run(_: Options) -> Report:
    """Load both desks, then search each in turns; at last the big one again without the mark."""
    with ExitStack() as stack:
        names = {desk: stack.enter_context(scratch_database(f"search{at}")) for at, desk in enumerate(SIZES)}
        loaded = {desk: _load(names[desk], *SIZES[desk]) for desk in SIZES}
        ports = stack.enter_context(serving(*names.values()))
        cases = [
            case for (desk, name), port in zip(names.items(), ports, strict=True) for case in _cases(desk, name, port)
        ]
        for case in cases:
            case.warm_up()
        for _round in range(ROUNDS):
            for case in cases:
                case.one_round()
        with _without_the_mark(names[BIG]) as is_without:
            for _round in range(ROUNDS_WITHOUT if is_without else 0):
                for case in cases:
                    if case.desk == BIG:
                        case.one_round_without()
    return Report("search", tuple(_figures(cases)), tuple(_notes(cases, loaded)))


def _load(name: str, open_tickets: int, closed_tickets: int) -> Loaded:
    """The desk, and in some tickets, spread from the oldest to the newest, a word that no other has."""
    loaded = load(name, open_tickets=open_tickets, closed_tickets=closed_tickets)
    with using(name), system_scope("the bench adds a rare word"):
        ids = list(Ticket.objects.order_by("pk").values_list("pk", flat=True))[
            :: (open_tickets + closed_tickets) // RARE_ONES
        ]
        rare = Ticket.objects.filter(pk__in=ids)
        rare.update(description=Concat(F("description"), Value(f" {RARE}")))
        refresh_search(tickets=ids)
    return loaded


def _cases(desk: str, name: str, port: int) -> Iterator[Case]:
    with using(name):
        for side, email in SIDES.items():
            cookies = session_of(User.objects.get(email=email))
            browser = Browser(port, cookies)
            for told, typed in SEARCHES.items():
                path = f"/search/?q={quote_plus(typed)}"
                yield Case(desk, side, told, path, browser, statements_of(cookies, path))


@contextmanager
def _without_the_mark(name: str) -> Iterator[bool]:
    """Take LEAKPROOF off `@@` within the block; false where nobody lets us."""
    with as_superuser(name) as superuser:
        if superuser is None:
            yield False
            return
        superuser.cursor().execute(UNMARKED)
        try:
            yield True
        finally:
            superuser.cursor().execute(MARKED)


def _figures(cases: Sequence[Case]) -> Iterator[Figure]:
    big = [case for case in cases if case.desk == BIG]
    yield from (_beside_floor(case) for case in big)
    for side, of_side in groupby(big, key=lambda case: case.side):
        yield _slowest(f"{side}, slowest p95 at {BIG}", [(quantile(case.page, 0.95), case) for case in of_side])
    for side in SIDES:
        small = [case for case in cases if case.desk != BIG and case.side == side]
        yield _slowest(f"{side}, slowest p50 at {small[0].desk}", [(middle(case.page)[0], case) for case in small])
    yield from (_without(case) for case in big if case.without)
    pairs = [(case, other) for case in big for other in cases if _same(case, other) and case.found and other.found]
    yield Figure(
        name=f"statements of a page, most; searches with as many at both sizes: {_alike(pairs)} of {len(pairs)}",
        value=max(case.statements for case in big),
        unit="",
        goal="the same",
        passed=_alike(pairs) == len(pairs),
    )


def _same(case: Case, other: Case) -> bool:
    return other.desk != case.desk and (other.side, other.name) == (case.side, case.name)


def _alike(pairs: Sequence[tuple[Case, Case]]) -> int:
    return sum(case.statements == other.statements for case, other in pairs)


def _beside_floor(case: Case) -> Figure:
    value, blocks = middle(case.page)[0], [middle(case.page[at::BLOCKS])[0] for at in range(BLOCKS)]
    return Figure(
        name=f"{case.side}, {case.name}, p50 at {BIG}",
        value=value,
        unit="ms",
        spread=(min(blocks), max(blocks)),
        floor=middle(case.floor)[0],
        goal=f"≤ {GOALS[case.side]} ms",
        passed=value <= GOALS[case.side],
    )


def _slowest(name: str, measured: Sequence[tuple[float, Case]]) -> Figure:
    value, case = max(measured, key=lambda one: one[0])
    return Figure(name=f"{name} ({case.name})", value=value, unit="ms")


def _without(case: Case) -> Figure:
    value, spread = middle(case.without)
    return Figure(
        name=f"{case.side}, {case.name}, p50 without LEAKPROOF",
        value=value,
        unit="ms",
        spread=spread,
        goal=f"≤ {GOALS[case.side]} ms",
        passed=value <= GOALS[case.side],
    )


def _notes(cases: Sequence[Case], loaded: dict[str, Loaded]) -> list[str]:
    searched = "; ".join(f"{told}: {typed}" for told, typed in SEARCHES.items())
    return [
        *(f"{desk}: {one.said}." for desk, one in loaded.items()),
        f"{ROUNDS} rounds of each page and its floor, one request at a time, in turns, by an agent who serves all",
        f"organisations and a client admin; {ROUNDS_WITHOUT} rounds without the mark, where a superuser may be had"
        f"{'' if any(case.without for case in cases) else ': NOT HERE'}. {HOW}",
        f"Searched: {searched}. A page has {min(c.bytes for c in cases):,} to {max(c.bytes for c in cases):,} bytes.",
        "The floor: a view behind the same middleware and session, one SELECT of as many of the newest tickets under",
        f"the same role and row-level security, joined in Python to as many bytes. {HOW_LOADED}",
    ]

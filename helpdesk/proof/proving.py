"""One proof from beginning to end: seed, plant, walk, look at what is left."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from psycopg2.extensions import connection as Connection  # noqa: N812 - a class, named so by the library

from helpdesk.lib.clock import database_now
from helpdesk.lib.tenancy import system_scope, tenant_key
from helpdesk.proof.aims import METHODS, Aims, Visitor
from helpdesk.proof.browser import Browser
from helpdesk.proof.crew import Place, share
from helpdesk.proof.files import Drawers
from helpdesk.proof.fixtures import ROUTES
from helpdesk.proof.ledger import Books, empty_tables
from helpdesk.proof.openapi import Operations, operations, spoken, unrouted
from helpdesk.proof.planting import bare_rows, plant, planted_fields, tenant_models
from helpdesk.proof.report import Report
from helpdesk.proof.routes import Route
from helpdesk.proof.routes import routes as all_routes
from helpdesk.proof.scratch import raw_cache, scratch_database, scratch_surroundings
from helpdesk.proof.seeds import PEOPLE
from helpdesk.proof.shapes import Fixture
from helpdesk.proof.sides import Side, World
from helpdesk.proof.unasked import Mail, judge, mails_written, public_files
from helpdesk.proof.walk import Walk
from helpdesk.proof.world import make_world, session_of

ADMINS = ("admin", "token of admin")


@dataclass
class Stage:
    """A seeded world in a database of its own, ready to be walked any number of times: no request changes it."""

    world: World
    owner: Connection
    books: Books
    visitors: list[Visitor]
    victims: list[Visitor]
    operations: Operations
    drawers: Drawers
    mails: list[Mail]


@contextmanager
def stage(*, copy_of: str = "") -> Iterator[Stage]:
    """Make the database, the world and the canaries; all of it is gone after the block.

    The database is migrated, or a copy of a migrated one that nobody uses.
    """
    with scratch_surroundings() as folder, scratch_database(copy_of=copy_of) as owner:
        world = make_world(at=database_now())
        mails = mails_written(world)
        plant(owner, world)
        with system_scope("the proof reads the names of what it has made"):
            for side in world.sides:
                side.refresh()
            visitors, victims = _visitors(world.own), _visitors(world.victim)
            books = Books(world)
        yield Stage(world, owner, books, visitors, victims, operations(), Drawers(folder, world), mails)


def _visitors(side: Side) -> list[Visitor]:
    people = [Visitor(role=role, session=session_of(side.person(role))) for role in PEOPLE]
    programs = [Visitor(role=f"token of {role}", bearer=side.value(f"{role}_bearer")) for role in PEOPLE]
    return [Visitor(role="anonymous"), *people, *programs]


def prove(
    stage: Stage, routes: list[Route], report: Report, *, fixtures: Mapping[str, Fixture] = ROUTES, workers: int = 1
) -> None:
    """Walk these routes and put everything that is wrong into the report; then what leaves without being asked for."""
    for table in empty_tables(stage.owner, stage.world):
        report.add("empty table", table, detail="no row of the victim's: the digest would prove nothing")
    for place in bare_rows(stage.owner):
        report.add("no canary", place)
    for name in unrouted(all_routes(), stage.operations):
        report.add("an operation without a route", name)
    committed = stage.books.read_as(stage.owner)
    stage.books.prepare()
    with system_scope("the proof reads the books"):
        if stage.books.read() != committed:
            report.add("the books differ", "database", detail="the app's role and the owner read different rows")
    kept: dict[bytes, bytes] = {}

    def begin(found: Report, place: Place) -> Walk:
        warm_up(stage, routes, fixtures, place)
        return _walker(stage, found, fixtures)

    def ready() -> None:
        stage.drawers.clear()
        kept.update(_foreign_entries(stage.world))
        _caches(stage.world, report)

    share(_longest_first(stage, routes, fixtures), begin, report, workers=workers, ready=ready)
    _caches(stage.world, report)
    # An entry that is gone has reached its end, which each has; what came or changed was written by the asker.
    if any(kept.get(key) != value for key, value in _foreign_entries(stage.world).items()):
        report.add("cache entries of another organisation changed", "cache")
    for table, traces in stage.books.read_as(stage.owner).items():
        if traces != committed[table]:
            report.add("committed past the walk", table)
    report.counts["cache entries read"] = len(raw_cache())
    public_files(stage.world, report)
    judge(stage.mails, stage.world, report)
    _count(stage, routes, report)


def _walker(stage: Stage, report: Report, fixtures: Mapping[str, Fixture]) -> Walk:
    """One process's part of the walk."""
    stage.books.prepare()
    return Walk(
        stage.world,
        stage.books,
        visitors=stage.visitors,
        report=report,
        fixtures=fixtures,
        operations=stage.operations,
        drawers=stage.drawers,
    )


def _longest_first(stage: Stage, routes: Sequence[Route], fixtures: Mapping[str, Fixture]) -> list[Route]:
    """In the order in which the walk is shared out: no process is left alone with a long one."""
    return sorted(routes, key=lambda route: _aims(stage, route, fixtures).breadth, reverse=True)


def _aims(stage: Stage, route: Route, fixtures: Mapping[str, Fixture], *, asked_by_the_victim: bool = False) -> Aims:
    own, victim = stage.world.own, stage.world.victim
    if asked_by_the_victim:
        own, victim = victim, own
    return Aims(route, fixtures, own=own, victim=victim, operations=spoken(route, stage.operations))


def warm_up(stage: Stage, routes: list[Route], fixtures: Mapping[str, Fixture], place: Place) -> None:
    """The victim's people use the product first, so that whatever is remembered is remembered of them.

    Every process visits every route: with the admin, and with its share of the others, which changes by the route.
    """
    browser = Browser(None)
    people = [visitor for visitor in stage.victims if visitor.session or visitor.bearer]
    for turn, route in enumerate(routes):
        aims = _aims(stage, route, fixtures, asked_by_the_victim=True)
        if aims.unknown_kwargs():
            continue
        for number, visitor in enumerate(one for one in people if bool(one.bearer) == aims.is_api):
            if visitor.role in ADMINS or (turn + number) % place.hands == place.number:
                for method in ("GET", "POST") if "POST" in aims.spoken else ("GET",):
                    browser.ask(aims.own_request(method, visitor))


def _caches(world: World, report: Report) -> None:
    """No organisation's text may lie in the cache but under a key that begins with that organisation."""
    prefixes = {side.key: tenant_key(side.organisation.pk, "") for side in world.sides}
    for key, value in raw_cache():
        name, text = key.decode("latin-1"), value.decode("latin-1")
        inner = name.split(":", 2)[-1]  # past the prefix and the version
        for place in world.aviary.found(name + text, allowed=lambda owner: inner.startswith(prefixes[owner])):  # noqa: B023
            report.add("leak in the cache", inner, detail=place)


def _foreign_entries(world: World) -> dict[bytes, bytes]:
    foreign = [f":{tenant_key(side.organisation.pk, '')}".encode() for side in world.others]
    return {key: value for key, value in raw_cache() if any(prefix in key for prefix in foreign)}


def _count(stage: Stage, routes: list[Route], report: Report) -> None:
    others = stage.books.read_as(stage.owner)
    report.counts["routes"] = len(routes)
    report.counts["operations of the API"] = len(stage.operations)
    report.counts["methods"] = len(METHODS)
    report.counts["roles"] = len(stage.visitors)
    report.counts["tables"] = len(others)
    report.counts["rows watched"] = sum(traces.rows for traces in others.values())
    report.counts["files watched"] = stage.drawers.count()
    report.counts["canaries"] = len(stage.world.aviary.places)
    report.counts["text columns planted"] = sum(len(planted_fields(model)) for model in tenant_models())

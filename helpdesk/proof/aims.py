"""Every way of putting the victim's ids into a request that works with one's own, each beside a missing id."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from helpdesk.proof.absent import absent
from helpdesk.proof.browser import Ask
from helpdesk.proof.names import ALSO, ANYTHING, HEADERS, MADE_BEFORE, MEANINGS
from helpdesk.proof.openapi import Operation
from helpdesk.proof.routes import Route
from helpdesk.proof.shapes import KWARGS, PLAIN, Fixture, Of
from helpdesk.proof.sides import Side

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
WITH_BODY = ("POST", "PUT", "PATCH")
PAGES_SPEAK = ("GET", "POST")  # a page without a method of its own answers PUT as it answers GET
SESSIONS_OF_THE_API = ("client", "admin")
PLAIN_TOKEN = "token of client"
NOT_FIELDS = {"csrfmiddlewaretoken"}
SHARED_THINGS = {"macro"}  # they belong to nobody in particular


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who asks: a role's name and what their browser or program sends to be known."""

    role: str
    session: str = ""
    bearer: str = ""


@dataclass(frozen=True, kw_only=True)
class Aim:
    """One substitution: the request with the victim's value, the same with a missing one, and what was put in."""

    what: str
    theirs: Ask
    missing: Ask
    sent: tuple[str, ...]
    field: str = ""
    refers: bool = False  # to a thing of one's own where it works: it must then be compared with a missing one
    parts: tuple["Aim", ...] = ()  # what goes in together, each alone: to be tried if together it changes anything


class Aims:
    """The requests of one route, of the asking side against the victim's."""

    def __init__(
        self, route: Route, fixtures: Mapping[str, Fixture], *, own: Side, victim: Side,
        operations: Mapping[str, Operation] | None = None,
    ) -> None:  # fmt: skip
        self.route, self.own, self.victim = route, own, victim
        self.operations = operations or {}
        self.is_api = route.name.startswith("api:")
        default = fixtures.get(route.name, PLAIN)
        self.fixtures = {method: fixtures.get(f"{route.name} {method}", default) for method in METHODS}
        self.default = default

    @property
    def spoken(self) -> tuple[str, ...]:
        """The methods that mean something of their own here."""
        return tuple(self.operations) if self.is_api else PAGES_SPEAK

    @property
    def breadth(self) -> int:
        """About how much there is to try here: names for which something of the victim's can be put, in all methods."""
        nobody = frozenset[str]()
        names = [{*self._query_names(one, nobody), *self._field_names(one, nobody)} for one in self.spoken]
        return len(METHODS) * len(self.route.kwargs) + 3 * sum(map(len, names))

    def visitors(self, known: Iterable[Visitor]) -> list[Visitor]:
        """Who tries this route. Tokens mean nothing at pages, and a session is one more way into the API."""
        if self.is_api:
            return [one for one in known if not one.session or one.role in SESSIONS_OF_THE_API]
        return [one for one in known if not one.bearer or one.role == PLAIN_TOKEN]

    def unknown_kwargs(self) -> list[str]:
        """The kwargs that no fixture gives a thing to."""
        return [name for name, thing in self._things("GET").items() if not thing]

    def own_request(self, method: str, visitor: Visitor, **kwargs: Any) -> Ask:
        """The request that must work, with `kwargs` in place of one's own where given."""
        fixture = self.fixtures[method]
        values = {name: self.own.value(thing) for name, thing in self._things(method).items()} | kwargs
        bearer = {"Authorization": f"Bearer {visitor.bearer}"} if visitor.bearer else {}
        return Ask(
            method=method, path=self.route.path(values), session=visitor.session,
            query=tuple((name, str(value)) for name, value in self._given(fixture.query).items()),
            body=self._given(fixture.body) if method in WITH_BODY else None,
            is_json=self.is_api and not fixture.is_form, headers={**bearer, **fixture.headers},
        )  # fmt: skip

    def by_path(self, method: str, visitor: Visitor, *, apart: bool = True) -> Iterator[Aim]:
        """Each kwarg alone, then all together, but for secrets with their pair; with `apart` off, the last of these."""
        fixture, things = self.fixtures[method], self._things(method)
        names = [name for name in self.route.kwargs if name not in fixture.shared]
        together = tuple(name for name in names if name not in fixture.secrets)
        alone = [(name,) for name in names if len(self.route.kwargs) > 1 or name not in fixture.secrets]
        ways = list(dict.fromkeys([*alone, *([together] if len(together) > 1 else [])]))
        for chosen in ways if apart else ways[-1:]:
            theirs, missing = self._values({name: fixture.theirs.get(name, things[name]) for name in chosen})
            yield Aim(
                what=f"path {'+'.join(chosen)}", theirs=self.own_request(method, visitor, **theirs),
                missing=self.own_request(method, visitor, **missing), sent=_texts(theirs, missing), refers=True,
            )  # fmt: skip

    def by_query(
        self, method: str, visitor: Visitor, asked: frozenset[str], *, guesses: Sequence[str] = ANYTHING
    ) -> Iterator[Aim]:
        """Each parameter that the product asks for or documents; `guesses` for those that could mean anything."""
        ask, given = self.own_request(method, visitor), self.fixtures[method].query
        for name in sorted(self._query_names(method, asked)):
            for thing in self._meanings(name, given, guesses):
                yield replace(self._in_query(ask, {name: thing}, f"query {name}={thing}"), refers=refers(name, given))

    def by_body(
        self, method: str, visitor: Visitor, asked: frozenset[str], *, guesses: Sequence[str] = ANYTHING
    ) -> Iterator[Aim]:
        """Each field of the form or document; `guesses` for those that could mean anything."""
        ask, given = self.own_request(method, visitor), self.fixtures[method].body
        for name in sorted(self._field_names(method, asked)):
            for thing in self._meanings(name, given, guesses):
                aim = self._in_body(ask, {name: thing}, f"field {name}={thing}")
                yield replace(aim, field=name, refers=refers(name, given))

    def unasked(self, method: str, visitor: Visitor, query: frozenset[str], form: frozenset[str]) -> Iterator[Aim]:
        """Many names at once that nobody here should know: in the query, the form or document, and headers.

        All of it in one request first. The API refuses what it does not know: there only the headers go together.
        """
        ask = self.own_request(method, visitor)
        named = self._query_names(method, query)
        among = [self._in_query(ask, {name: thing for name, thing in ALSO.items() if name not in named}, "query, many")]
        if method in WITH_BODY:
            named = self._field_names(method, form)
            unknown = {name: thing for name, thing in ALSO.items() if name not in named}
            among.append(self._in_body(ask, unknown, "fields, many"))
        headers = list(self._by_headers(ask))
        if self.is_api:
            yield from among
            yield _together(headers)
        else:
            yield _together([*among, *headers])

    def _by_headers(self, ask: Ask) -> Iterator[Aim]:
        """Groups of headers that some product somewhere believes."""
        for what, group in HEADERS.items():
            if what == MADE_BEFORE and not self.is_api:
                continue
            theirs, missing = self._values(group)
            yield Aim(
                what=what, theirs=replace(ask, headers={**ask.headers, **_strings(theirs)}),
                missing=replace(ask, headers={**ask.headers, **_strings(missing)}), sent=_texts(theirs, missing),
            )  # fmt: skip

    def _query_names(self, method: str, asked: frozenset[str]) -> set[str]:
        documented = self.operations[method].query_names if method in self.operations else ()
        return {*asked, *self.fixtures[method].query, *documented}

    def _field_names(self, method: str, asked: frozenset[str]) -> set[str]:
        documented = self.operations[method].field_names if method in self.operations else ()
        return {*self.fixtures[method].body, *(documented if self.is_api else asked)} - NOT_FIELDS

    def _things(self, method: str) -> dict[str, str]:
        ids = {**self.default.ids, **self.fixtures[method].ids}
        return {name: ids.get(name) or KWARGS.get(name, "") for name in self.route.kwargs}

    def _in_query(self, ask: Ask, things: Mapping[str, str], what: str) -> Aim:
        theirs, missing = self._values(things)
        kept = tuple((name, value) for name, value in ask.query if name not in things)
        return Aim(
            what=what, theirs=replace(ask, query=(*kept, *_strings(theirs).items())),
            missing=replace(ask, query=(*kept, *_strings(missing).items())), sent=_texts(theirs, missing),
        )  # fmt: skip

    def _in_body(self, ask: Ask, things: Mapping[str, str], what: str) -> Aim:
        theirs, missing = self._values(things)
        body = ask.body or {}

        def put(values: Mapping[str, Any]) -> Ask:
            fitting = {name: [value] if isinstance(body.get(name), list) else value for name, value in values.items()}
            return replace(ask, body={**body, **fitting})

        return Aim(what=what, theirs=put(theirs), missing=put(missing), sent=_texts(theirs, missing))

    def _values(self, things: Mapping[str, str]) -> tuple[dict[str, Any], dict[str, Any]]:
        theirs = {name: self.victim.value(thing) for name, thing in things.items()}
        # One missing value for each thing, however often it is sent.
        missing = {thing: absent(self.victim.value(thing)) for thing in set(things.values())}
        return theirs, {name: missing[thing] for name, thing in things.items()}

    def _meanings(self, name: str, given: Mapping[str, Any], guesses: Sequence[str]) -> Sequence[str]:
        value = _first(given.get(name))
        if isinstance(value, Of):
            return () if value.thing in SHARED_THINGS else (value.thing,)
        return MEANINGS.get(name, ANYTHING[:1] if name in given else guesses)

    def _given(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self._own(value) for name, value in values.items()}

    def _own(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self._own(one) for one in value]
        return self.own.value(value.thing) if isinstance(value, Of) else value


def nowhere(visitor: Visitor, *, is_api: bool) -> list[Ask]:
    """Requests to an address that no route knows."""
    path = "/api/v1/no-such-address/" if is_api else "/no-such-address/"
    bearer = {"Authorization": f"Bearer {visitor.bearer}"} if visitor.bearer else {}
    return [
        Ask(method=method, path=path, session=visitor.session, headers=bearer, is_json=is_api)
        for method in ("GET", "POST")
    ]


def _together(aims: list[Aim]) -> Aim:
    """All substitutions of one request at once; each is tried alone where that does not answer as one's own."""
    if len(aims) == 1:
        return aims[0]
    return Aim(
        what="names that nobody here asks for",
        theirs=_merged(aims, [aim.theirs for aim in aims]),
        missing=_merged(aims, [aim.missing for aim in aims]),
        sent=tuple(text for aim in aims for text in aim.sent),
        parts=tuple(aims),
    )


def _merged(aims: list[Aim], asks: list[Ask]) -> Ask:
    merged = asks[0]
    for aim, ask in zip(aims, asks, strict=True):
        if aim.what.startswith("query"):
            merged = replace(merged, query=ask.query)
        if aim.what.startswith("fields"):
            merged = replace(merged, body=ask.body)
        merged = replace(merged, headers={**merged.headers, **ask.headers})
    return merged


def refers(name: str, given: Mapping[str, Any]) -> bool:
    """Whether a parameter or field of this name holds an id, rather than words."""
    return isinstance(_first(given.get(name)), Of) or name in MEANINGS


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, list) and value else value


def _strings(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}


def _texts(*values: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple({str(value) for some in values for value in some.values()})

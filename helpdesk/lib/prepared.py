"""Query sets whose statement is worked out once: on the way to it Django spends more than most answers cost.

    @prepared
    def _drafts(*, ticket: int, person: int) -> QuerySet[MessageDraft]:
        return MessageDraft.objects.filter(ticket_id=ticket, person_id=person)

    _drafts(ticket=7, person=3)  # a list of drafts

The function is called once for each shape, with stand-ins in place of what is given; afterwards the values, and the
scope of the moment, are put where the stand-ins were. A shape is what the statement's text depends on: which
arguments are true, false or None, of which type the others are, and whether the scope holds one organisation, several
or all. So a function may ask what is true or None, and must pass everything else on as it is: a stand-in that is not
found whole among the statement's parameters is refused.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import QuerySet
from django.db.models.query import FlatValuesListIterable, ModelIterable, ValuesListIterable, get_related_populators

from helpdesk.lib.lookups import Ids
from helpdesk.lib.tenancy import Scope, as_if_in, scope_or_none

Given = ParamSpec("Given")
Row = TypeVar("Row")
Values = Mapping[str, Any]
Shape = tuple[Any, ...]
Maker = Callable[[list[tuple[Any, ...]]], list[Any]]  # rows of ours, of the database's

_ORGANISATIONS = (2**62, 2**62 + 1)  # of the scope's stand-ins
_FIRST = 2**62 + 2
_SCOPE = "the scope"  # the slot of the organisations in scope; no argument's name


@dataclass(frozen=True)
class _Slot:
    """A parameter of the statement that is put in anew each time."""

    name: str


@dataclass(frozen=True)
class _Statement:
    """The text, its parameters with slots among them, and what makes rows of ours of the database's."""

    sql: str
    parameters: Sequence[Any]
    made: Maker

    def run(self, values: Values) -> list[Any]:
        parameters = [values[one.name] if isinstance(one, _Slot) else one for one in self.parameters]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, parameters)
            return self.made(cursor.fetchall())


def prepared(build: Callable[Given, QuerySet[Any, Row]]) -> Callable[Given, list[Row]]:
    """The function's query set as a list of its rows; called with keywords only.

    Raises `ScopeError` where the query set would, and `TypeError` for a query set that cannot be prepared.
    """
    known: dict[Shape, _Statement] = {}

    @wraps(build)
    def rows(*args: Given.args, **given: Given.kwargs) -> list[Row]:
        current = scope_or_none()
        shape = (_breadth(current), *((name, _kind(value)) for name, value in given.items()))
        statement = known.get(shape)
        if statement is None:
            statement = known[shape] = _worked_out(build, given, current)
        return statement.run({_SCOPE: _organisations(current), **{name: _plain(one) for name, one in given.items()}})

    return rows


def _breadth(current: Scope | None) -> str:
    if current is None or current.is_system:
        return "none" if current is None else "system"
    return "one" if len(current.organisations) == 1 else "several"


def _kind(value: Any) -> Any:
    """What of an argument the statement's text depends on."""
    return value if value is None or isinstance(value, bool) else type(value)


def _organisations(current: Scope | None) -> Any:
    if current is None or current.is_system:
        return None
    return next(iter(current.organisations)) if len(current.organisations) == 1 else current.ids.text


def _plain(value: Any) -> Any:
    return value.text if isinstance(value, Ids) else value


def _worked_out(build: Callable[..., QuerySet[Any, Any]], given: Values, current: Scope | None) -> _Statement:
    wanted = {name: _stand_in(value, at) for at, (name, value) in enumerate(given.items())}
    with _in_place_of(current) as scope:
        found = build(**wanted)
        compiler = found.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
    slots = {_plain(one): _Slot(name) for name, one in wanted.items() if one is not given[name]}
    slots[_organisations(scope)] = _Slot(_SCOPE)
    placed = [slots.get(one, one) if isinstance(one, int | str | datetime | UUID) else one for one in parameters]
    lost = {one.name for one in slots.values()} - {one.name for one in placed if isinstance(one, _Slot)} - {_SCOPE}
    if lost:
        raise TypeError(f"{build.__qualname__} does not pass on as it is: {', '.join(sorted(lost))}")
    return _Statement(sql, placed, _maker(found, compiler))


@contextmanager
def _in_place_of(current: Scope | None) -> Iterator[Scope | None]:
    """The stand-in's scope, as broad as the current one: managers write its organisations into the statement."""
    if current is None or current.is_system:
        yield current
        return
    one = len(current.organisations) == 1
    scope = Scope(frozenset(_ORGANISATIONS[:1] if one else _ORGANISATIONS))
    with as_if_in(scope):
        yield scope


def _stand_in(value: Any, at: int) -> Any:
    """A value of the same type that nothing else equals; what is part of the shape stands for itself."""
    if value is None or isinstance(value, bool):
        return value
    makers: dict[type, Callable[[], Any]] = {
        Ids: lambda: Ids([_FIRST + at]),
        UUID: lambda: UUID(int=_FIRST + at),
        datetime: lambda: datetime(9000 + at, 1, 1, tzinfo=UTC),
        int: lambda: _FIRST + at,
        str: lambda: f"stand-in {_FIRST + at}",
    }
    for kind, make in makers.items():
        if isinstance(value, kind):
            return make()
    raise TypeError(f"a prepared statement takes no {type(value).__name__}")


def _maker(found: Any, compiler: Any) -> Maker:
    """What Django's iterables do with the rows of such a query set, with all decided that rows have in common."""
    if found._prefetch_related_lookups or found._known_related_objects:
        raise TypeError("a prepared statement reads no further ones")
    kinds: dict[Any, Callable[[Any], Maker]] = {
        ModelIterable: _objects,
        ValuesListIterable: _tuples,
        FlatValuesListIterable: _values,
    }
    if found._iterable_class not in kinds:
        raise TypeError(f"rows of the kind {found._iterable_class.__name__} cannot be prepared")
    columns = [column for column, *_ in compiler.select[: compiler.col_count]]
    converters = list(compiler.get_converters(columns).items())
    make = kinds[found._iterable_class](compiler)

    def made(rows: list[tuple[Any, ...]]) -> list[Any]:
        return make([_converted(row, converters) for row in rows] if converters else rows)

    return made


def _converted(row: tuple[Any, ...], converters: Sequence[tuple[int, Any]]) -> tuple[Any, ...]:
    values = list(row)
    for place, (steps, expression) in converters:
        for step in steps:
            values[place] = step(values[place], expression, connection)
    return tuple(values)


def _objects(compiler: Any) -> Maker:
    select, info, annotated = compiler.select, compiler.klass_info, compiler.annotation_col_map or {}
    model, first, last = info["model"], info["select_fields"][0], info["select_fields"][-1] + 1
    names = [column.target.attname for column, *_ in select[first:last]]
    related = get_related_populators(info, select, DEFAULT_DB_ALIAS)  # type: ignore[call-arg]  # of a later Django

    def made(rows: list[tuple[Any, ...]]) -> list[Any]:
        found = []
        for row in rows:
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populator in related:
                populator.populate(row, one)
            for name, place in annotated.items():
                setattr(one, name, row[place])
            found.append(one)
        return found

    return made


def _tuples(compiler: Any) -> Maker:
    width = compiler.col_count
    return lambda rows: [row[:width] for row in rows]


def _values(_compiler: Any) -> Maker:
    return lambda rows: [row[0] for row in rows]

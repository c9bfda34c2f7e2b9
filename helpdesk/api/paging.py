"""Pages by key: what is read next begins behind the last row shown, however many came before it. No totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.db.models import Model, Q, QuerySet

from helpdesk.api.access import ApiRequest
from helpdesk.api.errors import BadParameter

DEFAULT_LIMIT = 50
LARGEST_LIMIT = 100
DAMAGED = "This cursor is damaged, or belongs to another list. Start again without it."


@dataclass(frozen=True)
class Order:
    """An order of rows by columns that together are unique: `Order("-number")`, `Order("at", "pk")`.

    All columns run the same way, so that an index serves them. None of them is ever NULL.
    """

    columns: tuple[str, ...]

    def __init__(self, *columns: str) -> None:
        object.__setattr__(self, "columns", columns)

    @property
    def names(self) -> list[str]:
        return [column.removeprefix("-") for column in self.columns]

    @property
    def falls(self) -> bool:
        return self.columns[0].startswith("-")

    def key_of(self, row: Model) -> list[Any]:
        """The row's place, as a cursor holds it."""
        return [_plain(getattr(row, name)) for name in self.names]

    def behind(self, key: Sequence[Any]) -> Q:
        """The condition of the rows that come after this place."""
        side = "lt" if self.falls else "gt"
        found, same = Q(), Q()
        for name, value in zip(self.names, key, strict=True):
            found |= same & Q(**{f"{name}__{side}": value})
            same &= Q(**{name: value})
        return found


@dataclass(frozen=True, kw_only=True)
class Cut:
    """The rows of one page, and the address of the next; None on the last."""

    rows: list[Any]
    next_url: str | None


def cut(request: ApiRequest, found: QuerySet[Any], order: Order) -> Cut:
    """The page that the request's `cursor` and `limit` ask for: one statement."""
    limit = limit_of(request)
    key = read_cursor(request, order)
    if key is not None:
        found = found.filter(order.behind(key))
    rows = list(found.order_by(*order.columns)[: limit + 1])
    more = len(rows) > limit
    return Cut(rows=rows[:limit], next_url=next_url(request, order, order.key_of(rows[limit - 1])) if more else None)


def limit_of(request: ApiRequest) -> int:
    """How many rows the caller wants, from 1 to 100. Raises `BadParameter` for anything else."""
    text = request.query_params.get("limit", str(DEFAULT_LIMIT))
    limit = int(text) if text.isascii() and text.isdigit() and len(text) < 4 else 0
    if not 1 <= limit <= LARGEST_LIMIT:
        raise BadParameter(f"limit is a number from 1 to {LARGEST_LIMIT}.", field="limit")
    return limit


def next_url(request: ApiRequest, order: Order, key: Sequence[Any]) -> str:
    """The address of the page behind a place, with the same filters."""
    cursor = signing.dumps(list(key), salt=_salt(request, order))
    query = {name: value for name, value in request.query_params.items() if name != "cursor"}
    return f"{settings.SITE_URL}{request.path}?{urlencode({**query, 'cursor': cursor})}"


def read_cursor(request: ApiRequest, order: Order) -> list[Any] | None:
    """The place in the request's cursor; None on the first page. Raises `BadParameter` when it is not as we made it."""
    given = request.query_params.get("cursor")
    if given is None:
        return None
    try:
        key = signing.loads(given, salt=_salt(request, order))
    except (signing.BadSignature, ValueError) as error:
        raise BadParameter(DAMAGED, field="cursor") from error
    return list(key)


def _salt(request: ApiRequest, order: Order) -> str:
    """A cursor is good for one person, one list and one order."""
    return f"api.cursor:{request.member.user.pk}:{request.path}:{','.join(order.columns)}"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def listed(cut_rows: Sequence[Mapping[str, Any]], next_address: str | None) -> dict[str, Any]:
    """A page as it is sent."""
    return {"items": list(cut_rows), "next": next_address}

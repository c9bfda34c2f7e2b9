"""Which organisations a piece of work may see, and the two ways in: `scope` and `system_scope`.

Three layers hold the line: a manager that refuses to answer without a scope and filters by it, row-level
security in the database that knows only the settings made here, and composite foreign keys. The settings are
local to a transaction, so a pooled connection never carries them to the next request.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from django.db import connection, models, transaction
from psycopg2.extensions import TRANSACTION_STATUS_INERROR

from helpdesk.lib.lookups import Ids


class ScopeError(RuntimeError):
    """Tenant data was asked for outside any scope. A fault in the code, never a user's."""


@dataclass(frozen=True)
class Scope:
    """What the current work may see: a set of organisations, or everything, for a stated reason."""

    organisations: frozenset[int]
    reason: str = ""

    @property
    def is_system(self) -> bool:
        return bool(self.reason)

    @cached_property
    def ids(self) -> Ids:
        """The organisations as one parameter of a statement."""
        return Ids(sorted(self.organisations))

    def settings(self) -> tuple[str, str]:
        """The values of the two database settings that the policies read."""
        return self.ids.text.strip("{}"), "on" if self.is_system else ""


_current: ContextVar[Scope | None] = ContextVar("helpdesk_scope", default=None)


def current_scope() -> Scope:
    """The scope of the current work; raises `ScopeError` when there is none."""
    found = _current.get()
    if found is None:
        raise ScopeError("no organisation scope is open; use scope() or, where listed, system_scope()")
    return found


def has_scope() -> bool:
    """Whether any scope is open: pages that say what went wrong may be made after it has closed."""
    return _current.get() is not None


def scope_or_none() -> Scope | None:
    """The scope of the current work, if there is one."""
    return _current.get()


@contextmanager
def as_if_in(wanted: Scope) -> Iterator[None]:
    """Let managers write statements for this scope, without asking anything: the database is not told of it."""
    token = _current.set(wanted)
    try:
        yield
    finally:
        _current.reset(token)


@contextmanager
def scope(organisations: Iterable[int]) -> Iterator[None]:
    """Let the block see these organisations (database ids) and no others. Opens a transaction if none is open."""
    with _opened(Scope(frozenset(organisations))):
        yield


@contextmanager
def system_scope(reason: str) -> Iterator[None]:
    """Let the block see every organisation. Callable only from the files that the scope test lists."""
    if not reason:
        raise ValueError("a system scope states its reason")
    with _opened(Scope(frozenset(), reason)):
        yield


@contextmanager
def _opened(wanted: Scope) -> Iterator[None]:
    outer = _current.get()
    if outer == wanted:  # it set the same in this very transaction
        yield
        return
    # Inside an open transaction no savepoint is made: settings are put back by hand below, and a savepoint's
    # release would keep them anyway.
    with nullcontext() if connection.in_atomic_block else transaction.atomic():
        _apply(wanted)
        token = _current.set(wanted)
        try:
            yield
        finally:
            _current.reset(token)
            if not _is_broken():
                _apply(outer or Scope(frozenset()))


def _is_broken() -> bool:
    """Whether the transaction has failed or its connection is lost: either undoes the settings by itself."""
    raw = connection.connection
    if raw is None or raw.closed:
        return True
    return connection.needs_rollback or raw.get_transaction_status() == TRANSACTION_STATUS_INERROR


def _apply(wanted: Scope) -> None:
    organisations, system = wanted.settings()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('app.organisations', %s, true), set_config('app.system', %s, true)",
            [organisations, system],
        )


class TenantQuerySet(models.QuerySet[Any]):
    """A query set that can narrow itself to the current scope."""

    def in_scope(self) -> Self:
        """Filter by the current scope's organisations; raises `ScopeError` outside any scope.

        The database's own policy filters too; the explicit filter is what lets it use an index.
        """
        current = current_scope()
        if current.is_system:
            return self
        if len(current.organisations) == 1:
            return self.filter(organisation_id=next(iter(current.organisations)))
        return self.filter(organisation_id__any=current.ids)


class TenantManager(models.Manager.from_queryset(TenantQuerySet)):  # type: ignore[misc]
    """The default manager of tenant rows: fails closed."""

    def get_queryset(self) -> TenantQuerySet:
        return super().get_queryset().in_scope()


class TenantModel(models.Model):
    """A row that belongs to exactly one organisation.

    Its table has row-level security, forced, and every key that points at another tenant row includes the
    organisation; migrations add both with `helpdesk.lib.migrations`, and tests compare them with the catalogue.
    """

    # No index of its own: each table's keys and indexes lead with what its queries need.
    organisation = models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False
    )

    objects = TenantManager()

    class Meta:
        abstract = True


def organisation_by_ticket() -> models.ForeignKey:
    """The organisation of a row whose composite key to its ticket proves it: a second check would be paid per row."""
    return models.ForeignKey(
        "accounts.Organisation", on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )


class VendorModel(models.Model):
    """A row of the vendor's own, readable only inside `system_scope` (row-level security says so too)."""

    class Meta:
        abstract = True


def tenant_key(organisation_id: int, *parts: str | int) -> str:
    """The only way to build a key of a cache, lock or file: it always starts with the organisation."""
    return ":".join(["org", str(int(organisation_id)), *(str(part) for part in parts)])

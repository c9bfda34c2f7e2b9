"""Shorthand for tests of the API: callers with a token or a session, and tickets to ask about."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.operations.tokens import create_token
from helpdesk.lib import rates
from helpdesk.lib.tenancy import system_scope
from tests.support import actor_of, colombo
from tickets.models import Ticket
from tickets.operations.intake import open_ticket

EVERYTHING = ("read", "tickets:write", "people:write", "settings:write")
ROOT = "/api/v1"


@pytest.fixture(autouse=True)
def _no_earlier_calls(monkeypatch) -> None:
    """Calls are counted in Redis and in memory, which no rollback reaches."""
    cache.clear()
    rates._memory.storage.reset()
    monkeypatch.setattr(rates, "_asked_again_at", 0.0)


def token_for(person: User | StaffMember, *scopes: str, days: int = 30) -> str:
    """The text of a new token of this person, for everything unless scopes are named."""
    user = person.user if isinstance(person, StaffMember) else person
    with system_scope("tests make tokens"):
        _, text = create_token(person=user, name="A test", scopes=scopes or EVERYTHING, days=days, actor=actor_of(user))
    return text


class Caller:
    """Asks the API as one person with a token. `get`, `post`, `patch` and `delete` take a path below /api/v1."""

    def __init__(self, token: str = "", *, raises: bool = True) -> None:
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=raises)
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        content = {} if body is None else {"data": json.dumps(body), "content_type": "application/json"}
        where = path if path.startswith("/api/") else f"{ROOT}{path}"
        return self.client.generic(method, where, headers={**self.headers, **sent}, **content)

    def get(self, path: str, **headers: str) -> Any:
        return self.call("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("POST", path, body, **headers)

    def patch(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.call("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> Any:
        return self.call("DELETE", path, **headers)


@pytest.fixture
def caller() -> Callable[..., Caller]:
    """`caller(world.alice)` asks with a token of hers for everything; `caller(world.alice, "read")` for reading."""

    def make(person: User | StaffMember | None = None, *scopes: str, raises: bool = True) -> Caller:
        return Caller(token_for(person, *scopes) if person else "", raises=raises)

    return make


def ticket_of(world: Any, person: str = "alice", *, at: str = "", **more: Any) -> Ticket:
    """A ticket of this client, opened just now or at an instant in Colombo."""
    requester = getattr(world, person)
    with system_scope("tests open tickets"):
        given = {
            "organisation": world.globex if person == "bob" else world.acme,
            "requester": requester,
            "subject": "Invoices fail",
            "description": "Every invoice ends in an error.",
            "severity": "P2",
            "actor": actor_of(requester),
            "at": colombo(at) if at else None,
        }
        return open_ticket(**{**given, **more})


@pytest.fixture
def ticket(world) -> Ticket:
    """A ticket of Alice's at ACME."""
    return ticket_of(world)


def path_of(ticket: Ticket) -> str:
    """The ticket's path below the API's root."""
    return f"/tickets/{ticket.public_id}/"


def problem(answer: Any) -> tuple[int, str]:
    """The status and the kind of a refusal; fails unless it is a whole problem document."""
    assert answer.headers["Content-Type"] == "application/problem+json", answer.content
    body = answer.json()
    assert {"type", "title", "status", "detail"} <= set(body)
    assert body["status"] == answer.status_code
    return answer.status_code, body["type"].rpartition("#problem-")[2]

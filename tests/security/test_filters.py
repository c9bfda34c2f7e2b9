"""Rows 36 and 39: whatever stands in a query, no page fails, and none shows it as markup."""

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.conftest import World
from tests.security.conftest import faults_of
from tests.support import LONG, in_turn
from tests.web.addresses import addresses
from tickets.models import Ticket

HOSTILE = (
    "'",
    '"',
    "';--",
    "%",
    "%%",
    "\\",
    "\x00",
    "0",
    "-1",
    "99999999999999999999",
    "1e9",
    "NaN",
    "ACME'",
    "__class__",
    "organisation__key",
    "-organisation__account_manager__password",
    "id) OR 1=1",
    "{{7*7}}",
    "${7*7}",
    "../../etc/passwd",
    "é" * 300,
    "😀",
    '"><x-canary onload=1>',
    "javascript:alert(1)",
    "<script>alert(1)</script>",
    "open&state=closed",
    "2026-13-45",
    "null",
    "\u202e",
    "a" * 5000,
)
NAMES = (
    "state",
    "severity",
    "organisation",
    "assignee",
    "level",
    "q",
    "search",
    "page",
    "after",
    "before",
    "cursor",
    "sort",
    "order",
    "ordering",
    "ticket",
    "next",
    "kind",
    "actor",
    "action",
    "since",
    "until",
    "from",
    "to",
    "calendar",
    "year",
    "follows",
    "mine",
    "closed",
    "subject",
    "back",
)
PAGES = sorted({address.path for address in addresses() if "made-up" not in address.path} - {"/readyz"})


@pytest.mark.parametrize("who", in_turn("admin", also=("stranger", "alice", "agent")))
def test_rows_36_and_39_hostile_values_in_every_parameter_of_every_page(
    world: World, ticket: Ticket, browsers: dict[str, Client], who: str
) -> None:
    """Every parameter of a page has another of the values in each round: what a page does not know it does not read."""
    for path in PAGES:
        for turn in range(0, len(HOSTILE), 5 if LONG else 10):
            turned = HOSTILE[turn:] + HOSTILE[:turn]
            query = {name: turned[place % len(turned)] for place, name in enumerate(NAMES)}
            answer = browsers[who].get(path, query)
            assert answer.status_code < 500, (path, query)
            if answer.status_code in (302, 403, 404, 405):
                break
            if "html" in answer.headers.get("Content-Type", ""):
                assert faults_of(answer.content.decode()) == [], (path, query)


PATHS = st.from_regex(r"-?\w+__\w+", fullmatch=True)
LISTS = [
    "/tickets/",
    "/queue/",
    "/escalations/",
    "/settings/outbox/",
    "/settings/calendars/sri-lanka/",
    "/settings/audit/",
]


@pytest.mark.parametrize("path", LISTS)
def test_row_39_no_text_at_all_makes_a_list_fail(
    world: World, ticket: Ticket, browsers: dict[str, Client], path: str
) -> None:
    @settings(max_examples=25 if LONG else 10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(st.dictionaries(st.sampled_from(NAMES), st.text(max_size=40) | PATHS, max_size=4))
    def asked(query: dict[str, str]) -> None:
        safe = {name: value.encode("utf-8", "replace").decode() for name, value in query.items()}
        answer = browsers["admin"].get(path, safe)
        assert answer.status_code < 500
        assert faults_of(answer.content.decode()) == []

    asked()

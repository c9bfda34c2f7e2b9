"""Row 48: every regular expression of the product ends quickly on a hostile text of 100 kB."""

import importlib
import pkgutil
import re
from functools import cache, partial

import pytest

import helpdesk
import sla
import tickets
from helpdesk.lib.logs import LONGEST
from tests.timing import least_seconds
from tickets.mail.automatic import LOOKED
from tickets.mail.quoting import WIDTH
from tickets.mail.spoken import LOOKED as OPENING

SIZE = 100_000
# They look no further into a text.
SHORTER = {
    "helpdesk.lib.logs": LONGEST,
    "tickets.mail.automatic": LOOKED,
    "tickets.mail.phrases": WIDTH,
    "tickets.mail.quoting": WIDTH,
    "tickets.mail.spoken": OPENING,
}
LIMIT = 0.1
UNITS = (
    "a", "0", " ", "-", "/", "@", ".", "<", "(", '"', "\n", "aA1", "a.", "a@", "2026-", "12:", "x=", "://", "token=",
    "/key/", "password", "é",
    "0000000-", "\t=", "[[", "key: ", "bearer ", "--a\n", "M0\n", "a:", "\r\n", "METHOD:", "=?",
)  # fmt: skip


@cache
def expressions() -> dict[str, re.Pattern[str] | re.Pattern[bytes]]:
    """Every compiled expression that a module of ours holds, by its place."""
    found = {}
    for package in (helpdesk, sla, tickets):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if any(
                part in module.name
                for part in (".migrations", ".embedded", "pytest_embedded", ".asgi", ".wsgi", ".settings")
            ):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                if isinstance(value, re.Pattern):
                    found[f"{module.name}.{name}"] = value
    return found


@pytest.mark.parametrize("place", sorted(expressions()))
def test_row_48_an_expression_ends_quickly(place: str) -> None:
    pattern = expressions()[place]
    size = SHORTER.get(place.rpartition(".")[0], SIZE)
    for unit in UNITS:
        for text in (unit * (size // len(unit)), unit * (size // len(unit)) + "\x00"):
            for ask in (pattern.search, pattern.fullmatch):
                given = text if isinstance(pattern.pattern, str) else text.encode()
                assert least_seconds(partial(ask, given), below=LIMIT) < LIMIT, (unit, ask.__name__)  # type: ignore[arg-type]


def test_the_walk_finds_expressions() -> None:
    assert {
        "helpdesk.lib.logs._NAMED",
        "helpdesk.web.middleware.REQUEST_ID",
        "tickets.mail.structure._DELIMITER",
    } <= set(expressions())

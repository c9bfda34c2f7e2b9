"""How a fixture is written: what a working request of one's own looks like at an address.

`Of("ticket")` stands for a thing of
the asking organisation (the names are those of `seeds.py`); in its place the walk puts the victim's, then one that does
not exist. Plain words stand for themselves.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Of:
    """A thing of whoever asks, by its name in the seeds; `client.email` is its part."""

    thing: str


@dataclass(frozen=True, kw_only=True)
class Fixture:
    """One route's own requests. `shared`: kwargs whose things belong to nobody in particular (a holiday)."""

    ids: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()
    # Kwargs that are a secret themselves: whoever holds the victim's is the victim, so it is not tried with its pair.
    secrets: frozenset[str] = frozenset()
    theirs: Mapping[str, str] = field(default_factory=dict)  # kwargs for which the victim's thing is another one
    tells: Mapping[str, str] = field(default_factory=dict)  # fields that may tell what exists, each with the reason
    headers: Mapping[str, str] = field(default_factory=dict)
    is_form: bool = False  # below /api/, where a body is otherwise a document
    mails_the_named: str = ""  # why an answer may queue a mail to whom the request names
    refuses: str = ""  # why no request at all succeeds here


@dataclass(frozen=True)
class Upload:
    """A file that is sent along, with this text in it."""

    content: str


def to(**body: Any) -> Fixture:
    """A route below a ticket that takes this form."""
    return Fixture(body=body)


def on(thing: str, **body: Any) -> Fixture:
    """The same, on another of the tickets: one in the state that the verb needs."""
    return Fixture(ids={"public_id": thing}, body=body)


PLAIN = Fixture()
ANY_VERSION = {"If-Match": "*"}
# What a kwarg stands for wherever a route's fixture says nothing else.
KWARGS: Mapping[str, str] = {"public_id": "ticket"}

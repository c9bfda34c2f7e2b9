"""Canaries: strings that cannot be guessed, each known to stand in one place of one organisation's rows."""

import re
import secrets
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

PREFIX = "cnry"
UUID_PREFIX = "ca4a71e5"
SHAPE = re.compile(rf"{PREFIX}[0-9a-z]{{8,16}}|{UUID_PREFIX}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{4}}-[0-9a-f]{{12}}")
QUICK = (PREFIX, UUID_PREFIX)


@dataclass
class Aviary:
    """Every canary with its owner (an organisation's key or "vendor") and the place where it was put."""

    places: dict[str, tuple[str, str]] = field(default_factory=dict)

    def text(self, owner: str, place: str, *, longest: int | None = None) -> str:
        """A new canary that fits `longest` characters. Raises `ValueError` below 12: it could be guessed."""
        digits = min(16, (longest or 20) - len(PREFIX))
        if digits < 8:
            raise ValueError(f"{place} is too short for a canary; say in KEPT what it means")
        return self._put(PREFIX + secrets.token_hex(8)[:digits], owner, place)

    def key(self) -> str:
        """A new organisation's key: a canary itself, for its numbers begin with it."""
        made = self._put(PREFIX + secrets.token_hex(4), "", "the organisation's key").upper()
        self.places[made.lower()] = (made, "accounts_organisation.key")
        return made

    def uuid(self, owner: str, place: str) -> str:
        """A new random UUID that can be recognised."""
        return self._put(UUID_PREFIX + str(uuid.uuid4())[8:], owner, place)

    def _put(self, canary: str, owner: str, place: str) -> str:
        self.places[canary.lower()] = (owner, place)
        return canary

    def found(self, text: str, *, allowed: Callable[[str], bool], sent: Iterable[str] = ()) -> list[str]:
        """The places whose canaries stand in the text, but for allowed owners and for what was sent along."""
        lowered = text.lower()
        if not any(prefix in lowered for prefix in QUICK):
            return []
        echoed = set(SHAPE.findall(" ".join(sent).lower()))
        met = set(SHAPE.findall(lowered)) - echoed
        owners = sorted((*self.places[canary], canary) for canary in met if canary in self.places)
        return [f"{place} of {owner}" for owner, place, _ in owners if not allowed(owner)]

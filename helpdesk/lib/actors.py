"""Who does something: every operation takes an `Actor`, and the audit log names it."""

from dataclasses import dataclass, field
from enum import StrEnum

from helpdesk.lib.errors import Forbidden


class ActorKind(StrEnum):
    """The three kinds of hands that change data."""

    CLIENT = "client"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person (or the system) with the rights that it has now."""

    kind: ActorKind
    name: str
    user_id: int | None = None
    staff_id: int | None = None
    capabilities: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_client(self) -> bool:
        return self.kind is ActorKind.CLIENT

    @property
    def is_staff(self) -> bool:
        return self.kind is ActorKind.STAFF

    def may(self, capability: str) -> bool:
        """Whether this actor has the capability; the system has them all."""
        return self.kind is ActorKind.SYSTEM or capability in self.capabilities


SYSTEM = Actor(kind=ActorKind.SYSTEM, name="Helpdesk")


def require(actor: Actor, capability: str) -> None:
    """Raise `Forbidden` unless the actor has the capability."""
    if not actor.may(capability):
        raise Forbidden(f"Your role does not allow this ({capability}).")

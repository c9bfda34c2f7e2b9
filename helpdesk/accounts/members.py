"""A member: a signed-in person with the role and the organisations that they have at this moment."""

from dataclasses import dataclass

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.permissions import CAPABILITIES, SCOPES, SHARED, Role, Scope
from helpdesk.lib.actors import Actor, ActorKind


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who asks, and what they may see. Made anew for each request, so a changed right counts at once."""

    user: User
    role: Role
    organisation_ids: frozenset[int]
    organisation: Organisation | None = None
    staff: StaffMember | None = None
    is_confirmed: bool = True  # not of who came by mail alone, until a person of ours says so
    scopes: frozenset[Scope] | None = None  # of the token that they came with; None: themselves, with all they may

    @property
    def is_staff(self) -> bool:
        return self.staff is not None

    @property
    def capabilities(self) -> frozenset[str]:
        """What they may do now: their role's capabilities, and of these only what their token is for."""
        held = self._held
        if self.scopes is None:
            return held
        return held & frozenset().union(*(SCOPES[scope] for scope in self.scopes))

    def may(self, capability: str) -> bool:
        return capability in self.capabilities

    def may_look(self, capability: str) -> bool:
        """Whether they may read what this capability lets one change: their role has it, and the token may read."""
        reads = self.scopes is None or Scope.READ in self.scopes
        return reads and capability in self._held

    @property
    def _held(self) -> frozenset[str]:
        shares = self.organisation is not None and self.organisation.members_see_all and self.is_confirmed
        return CAPABILITIES[self.role] | (SHARED if shares else frozenset())

    @property
    def actor(self) -> Actor:
        """This person as the operations and the audit log know them."""
        return Actor(
            kind=ActorKind.STAFF if self.is_staff else ActorKind.CLIENT,
            name=self.user.name,
            user_id=self.user.pk,
            staff_id=self.staff.pk if self.staff else None,
            capabilities=self.capabilities,
        )

"""A member: a signed-in person with the role and the organisations that they have at this moment."""

from dataclasses import dataclass

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.permissions import CAPABILITIES, Role
from helpdesk.lib.actors import Actor, ActorKind


@dataclass(frozen=True, kw_only=True)
class Member:
    """Who asks, and what they may see. Made anew for each request, so a changed right counts at once."""

    user: User
    role: Role
    organisation_ids: frozenset[int]
    organisation: Organisation | None = None
    staff: StaffMember | None = None

    @property
    def is_staff(self) -> bool:
        return self.staff is not None

    def may(self, capability: str) -> bool:
        return capability in CAPABILITIES[self.role]

    @property
    def actor(self) -> Actor:
        """This person as the operations and the audit log know them."""
        return Actor(
            kind=ActorKind.STAFF if self.is_staff else ActorKind.CLIENT,
            name=self.user.name,
            user_id=self.user.pk,
            staff_id=self.staff.pk if self.staff else None,
            capabilities=CAPABILITIES[self.role],
        )

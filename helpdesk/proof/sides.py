"""The parts of the seeded world: one side for each organisation, and all of them together."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model

from helpdesk.accounts.models import Organisation, StaffMember, User
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import Actor
from helpdesk.proof.canaries import Aviary
from sla.models import PlannedEdit
from status.models import Component, Exclusion, Incident, MaintenanceSeries, MaintenanceWindow, Subscriber, Surge
from tickets.models import Attachment, BulkRun, RawMail, Ticket

# What an address or a form names a thing by; anything else goes by its primary key.
NAMED_BY = {
    Ticket: "public_id",
    Attachment: "public_id",
    BulkRun: "public_id",
    PlannedEdit: "public_id",
    RawMail: "public_id",
    Incident: "public_id",
    Exclusion: "public_id",
    MaintenanceWindow: "public_id",
    MaintenanceSeries: "public_id",
    Component: "public_id",
    Surge: "public_id",
    Subscriber: "public_id",
    Organisation: "key",
}


@dataclass
class Side:
    """One organisation with its people and everything that it has, by the names that fixtures use."""

    organisation: Organisation
    things: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> str:
        return self.organisation.key

    def person(self, name: str) -> User:
        """The user behind a client or a staff member."""
        thing = self.things[name]
        user: User = thing.user if isinstance(thing, StaffMember) else thing
        return user

    def actor(self, name: str) -> Actor:
        """The person of this name with their present rights; needs the system scope."""
        people = User.objects.select_related("staff_member", "membership__organisation")
        member = member_of(people.get(pk=self.person(name).pk))
        assert member is not None
        return member.actor

    def value(self, name: str) -> Any:
        """What an address or form writes for a thing: `ticket` gives its public id, `ticket.number` its number."""
        first, *path = name.split(".")
        thing = self.things[first]
        if not path and isinstance(thing, Model):
            path = [NAMED_BY.get(type(thing), "pk")]
        for part in path:
            thing = getattr(thing, part)
        return thing

    def refresh(self) -> None:
        """Read every thing anew; needs the system scope."""
        for thing in self.things.values():
            if isinstance(thing, Model):
                thing.refresh_from_db()


@dataclass
class World:
    """All that the walk knows: who attacks, whose rows must stay unseen, and every canary."""

    own: Side
    victim: Side
    bystander: Side
    aviary: Aviary

    @property
    def sides(self) -> tuple[Side, Side, Side]:
        return self.own, self.victim, self.bystander

    @property
    def others(self) -> tuple[Side, Side]:
        return self.victim, self.bystander

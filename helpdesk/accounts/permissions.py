"""What each role may do, as data. Operations ask `helpdesk.lib.actors.require` for one of these capabilities."""

from collections.abc import Mapping
from enum import StrEnum


class Scope(StrEnum):
    """What a token may be used for; several may be held."""

    READ = "read"
    TICKETS = "tickets:write"
    PEOPLE = "people:write"
    SETTINGS = "settings:write"


class Role(StrEnum):
    """The five roles: two on the client's side, three on the vendor's."""

    CLIENT_USER = "client_user"
    CLIENT_ADMIN = "client_admin"
    AGENT = "agent"
    ACCOUNT_MANAGER = "account_manager"
    ADMIN = "admin"


_CLIENT = frozenset(
    {"ticket.open", "ticket.reply", "ticket.withdraw", "ticket.reopen", "ticket.close", "ticket.escalate"}
    | {"ticket.rate", "ticket.watch"}
)
_STAFF = frozenset(
    {
        "queue.read",
        "ticket.open",
        "ticket.reply",
        "ticket.note",
        "ticket.wait",
        "ticket.resolve",
        "ticket.reopen",
        "ticket.assign",
        "ticket.severity",
        "ticket.plan",
        "ticket.outside",
        "ticket.escalate",
        "ticket.acknowledge",
        "ticket.watch",
        "ticket.tag",
        "ticket.fields",
        "ticket.merge",
        "ticket.link",
        "ticket.read_organisation",
        "escalations.read",
        "macro.write",
        "incident.write",
        "exclusion.propose",
    }
)

CAPABILITIES: Mapping[Role, frozenset[str]] = {
    Role.CLIENT_USER: _CLIENT,
    Role.CLIENT_ADMIN: _CLIENT | {"ticket.read_organisation", "people.invite", "organisation.share"},
    Role.AGENT: _STAFF,
    Role.ACCOUNT_MANAGER: _STAFF | {"clients.read", "exclusion.approve"},
    Role.ADMIN: _STAFF
    | {
        "clients.read",
        "exclusion.approve",
        "field.define",
        "maintenance.plan",
        "component.define",
        "organisation.share",
        "people.invite",
        "settings.audit",
        "settings.calendar",
        "settings.matrix",
        "settings.outbox",
        "settings.people",
        "settings.policy",
        "settings.uptime",
    },
}

# What every person of an organisation may do besides, where it shares its tickets among them.
SHARED = frozenset({"ticket.read_organisation"})

# Which capabilities a token of each scope lets through. Its owner's role is asked as well: a scope gives nothing by
# itself. Who writes to tickets must find them, so that scope sees what its owner sees.
_SEEN = frozenset({"queue.read", "clients.read", "escalations.read", "ticket.read_organisation"})
SCOPES: Mapping[Scope, frozenset[str]] = {
    Scope.READ: _SEEN,
    Scope.TICKETS: _SEEN | {name for role in CAPABILITIES.values() for name in role if name.startswith("ticket.")},
    Scope.PEOPLE: frozenset({"settings.people", "people.invite", "organisation.share"}),
    Scope.SETTINGS: frozenset({"settings.calendar", "settings.matrix", "settings.policy"}),
}

"""What each role may do, as data. Operations ask `helpdesk.lib.actors.require` for one of these capabilities."""

from collections.abc import Mapping
from enum import StrEnum


class Role(StrEnum):
    """The five roles: two on the client's side, three on the vendor's."""

    CLIENT_USER = "client_user"
    CLIENT_ADMIN = "client_admin"
    AGENT = "agent"
    ACCOUNT_MANAGER = "account_manager"
    ADMIN = "admin"


_CLIENT = frozenset(
    {"ticket.open", "ticket.reply", "ticket.withdraw", "ticket.reopen", "ticket.close", "ticket.escalate"}
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
        "ticket.escalate",
        "ticket.acknowledge",
        "ticket.read_organisation",
        "escalations.read",
    }
)

CAPABILITIES: Mapping[Role, frozenset[str]] = {
    Role.CLIENT_USER: _CLIENT,
    Role.CLIENT_ADMIN: _CLIENT | {"ticket.read_organisation"},
    Role.AGENT: _STAFF,
    Role.ACCOUNT_MANAGER: _STAFF,
    Role.ADMIN: _STAFF | {"settings.calendar", "settings.people", "settings.matrix", "settings.outbox"},
}

"""What an operation hands over: a notice not yet written, and the person it is for."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to tell, and in what role."""

    email: str
    name: str
    zone: str = "Asia/Colombo"
    role: str = ""


class Audience(StrEnum):
    """For which side a notice is written. One for clients quotes public messages only: the database sees to it."""

    CLIENT = "client"
    STAFF = "staff"


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A notice to be queued. `key` names the occurrence without the recipient, who is added to it.

    `entry_id` is the entry of the ticket's timeline whose text is `facts["message"]`.
    """

    organisation_id: int
    key: str
    event: str
    recipient: Recipient
    template: str
    reference: str
    path: str
    send_at: datetime
    created_at: datetime
    audience: Audience = Audience.STAFF
    entry_id: int | None = None
    level: int | None = None
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

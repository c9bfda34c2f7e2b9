"""What an operation hands over: a notice not yet written, and the person it is for."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Recipient:
    """Somebody to tell, and in what role."""

    email: str
    name: str
    zone: str = "Asia/Colombo"
    role: str = ""


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A notice to be queued. `key` names the occurrence without the recipient, who is added to it."""

    organisation_id: int
    key: str
    event: str
    recipient: Recipient
    template: str
    reference: str
    path: str
    send_at: datetime
    created_at: datetime
    level: int | None = None
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)

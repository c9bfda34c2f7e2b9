"""Ids of the same shape that name nothing at all."""

import secrets
import uuid
from typing import Any

from helpdesk.proof.spread import IDS_PER_TABLE

BEYOND = IDS_PER_TABLE // 2  # past the rows of the same table, before those of the next


def absent(value: Any) -> Any:
    """A value like this one that no row has: the answer to it is what a stranger's id must be answered with."""
    if isinstance(value, uuid.UUID):
        return uuid.uuid4()
    if isinstance(value, int):
        return value + BEYOND
    text = str(value)
    if "@" in text:
        return f"{secrets.token_hex(10)}@nowhere.example"
    if text.startswith("/"):
        return f"/tickets/{uuid.uuid4()}/"
    key, dash, number = text.partition("-")
    if key[:4].isupper() and key.isalnum():  # an organisation's key, or a ticket's reference that begins with one
        return f"CNRY{secrets.token_hex(4).upper()}{dash}{number}"
    return secrets.token_hex(10)[: max(len(text), 8)]

"""A notice's key: one for each occurrence and address, however long the address is."""

import hashlib

LONGEST = 240  # characters, as the column has them


def key_of(*, occurrence: str, address: str) -> str:
    """The key of what is told of an occurrence to an address, whatever the address's case."""
    key = f"{occurrence}:{address.lower()}"
    return key if len(key) <= LONGEST else f"{occurrence}:{_digest(address)}"


def occurrence_of(*, key: str, address: str) -> str:
    """The occurrence that such a key is about."""
    return key.removesuffix(f":{address.lower()}").removesuffix(f":{_digest(address)}")


def _digest(address: str) -> str:
    return hashlib.sha256(address.lower().encode()).hexdigest()

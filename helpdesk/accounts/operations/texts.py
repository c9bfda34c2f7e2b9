"""Names and addresses as they may be stored: trimmed, of one line, no longer than their column."""

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from helpdesk.lib.errors import DomainError

LONGEST_NAME = 120
LONGEST_ADDRESS = 254


def address(text: str) -> str:
    """The e-mail address in lower case. Raises `DomainError` for what is none."""
    wanted = text.strip().lower()
    try:
        wanted.encode()
        validate_email(wanted)
    except (UnicodeEncodeError, ValidationError) as error:
        raise DomainError("Enter a valid e-mail address.", field="email") from error
    if len(wanted) > LONGEST_ADDRESS:
        raise DomainError(f"The address is longer than {LONGEST_ADDRESS} characters.", field="email")
    return wanted


def person_name(text: str, *, needed: bool = True) -> str:
    """The name. Raises `DomainError` for an over-long one, for characters that no name has, and for a missing one."""
    wanted = text.strip()
    if needed and not wanted:
        raise DomainError("A person needs a name.", field="name")
    if len(wanted) > LONGEST_NAME:
        raise DomainError(f"The name is longer than {LONGEST_NAME} characters.", field="name")
    # Control characters and lone surrogates: the first would break a mail's line, the second no database stores.
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in wanted):
        raise DomainError("The name holds a character that cannot be written.", field="name")
    return wanted

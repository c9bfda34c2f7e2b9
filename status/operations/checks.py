"""What is typed, checked: one line, a text, an instant."""

from django.utils.translation import gettext as _

from helpdesk.lib.errors import DomainError

LONGEST_TEXT = 20_000
NUL = "\x00"


def line(typed: str, *, field: str, longest: int, missing: str = "") -> str:
    """One line, tidied. Raises `DomainError` beside the field when too long, or empty where `missing` says so."""
    text = " ".join(typed.split())
    if not text and missing:
        raise DomainError(missing, field=field)
    return _kept(text, field=field, longest=longest)


def whole_text(typed: str, *, field: str, missing: str) -> str:
    """A text of several lines. Raises `DomainError` beside the field when it is empty or too long."""
    text = typed.strip()
    if not text:
        raise DomainError(missing, field=field)
    return _kept(text, field=field, longest=LONGEST_TEXT)


def text_or_nothing(typed: str, *, field: str) -> str:
    """A text of several lines, or none. Raises `DomainError` beside the field when it is too long."""
    return _kept(typed.strip(), field=field, longest=LONGEST_TEXT)


def _kept(text: str, *, field: str, longest: int) -> str:
    if len(text) > longest:
        raise DomainError(_("This is too long: %d characters fit.") % longest, field=field)
    if NUL in text:
        raise DomainError(_("This holds a character that cannot be kept."), field=field)
    return text

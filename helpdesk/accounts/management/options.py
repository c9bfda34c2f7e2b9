"""What several commands ask for in the same words: an instant, an organisation."""

from datetime import datetime

from django.core.management.base import CommandError

from helpdesk.accounts.models import Organisation

NAMED = 20  # organisations that a refusal names


def instant_option(text: str) -> datetime:
    """The value of `--at`: ISO 8601 with an offset. Raises `CommandError` for anything else."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise CommandError(f"--at {text}: {error}") from error
    if at.tzinfo is None:
        raise CommandError(f"--at {text} has no offset; write for example {text}+05:30.")
    return at


def organisation_option(key: str) -> Organisation:
    """The value of `--organisation`, in either case. Raises `CommandError`, which names those that there are."""
    found = Organisation.objects.filter(key=key.upper()).first()
    if found is None:
        known = ", ".join(Organisation.objects.order_by("key").values_list("key", flat=True)[:NAMED])
        raise CommandError(f"There is no organisation {key}; known: {known}.")
    return found

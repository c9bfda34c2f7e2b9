"""What is checked of the settings of mail, so that a mistake is told at the start and not by mail that stays away."""

from collections import Counter
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from tickets.inbound.imap import mailbox_of
from tickets.inbound.providers import PROVIDERS

SHORTEST_SECRET = 32  # characters


@register()
def mail_in_secrets_are_long(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Whoever guesses a secret of `/mail/in/` writes as any client."""
    if all(len(secret) >= SHORTEST_SECRET for secret in settings.MAIL_IN_SECRETS):
        return []
    return [
        Error(
            f"A secret in HELPDESK_MAIL_IN_SECRETS has fewer than {SHORTEST_SECRET} characters.",
            hint='Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"',
            id="tickets.E001",
        )
    ]


@register()
def mailboxes_are_readable(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Addresses of mailboxes are well-formed, private and not given twice."""
    found: list[CheckMessage] = []
    names: Counter[str] = Counter()
    for number, url in enumerate(settings.IMAP_URLS, start=1):
        try:
            box = mailbox_of(url)
        except ValueError as error:
            hint = "Such as imaps://support%40example.com:PASSWORD@imap.example.com/INBOX, with %2C for a comma."
            found.append(Error(f"HELPDESK_IMAP_URLS, no. {number}: {error}.", hint=hint, id="tickets.E002"))
            continue
        names[box.name] += 1
        if not box.is_private:
            hint = "Use imaps:// or imap+starttls://."
            said = f"HELPDESK_IMAP_URLS, no. {number}: the password would cross the network in the clear."
            found.append(Error(said, hint=hint, id="tickets.E003"))
    twice = [name for name, times in names.items() if times > 1]
    found += [Error(f"HELPDESK_IMAP_URLS names a mailbox twice: {name}.", id="tickets.E004") for name in twice]
    return found


@register()
def providers_can_be_told_from_strangers(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Each provider is a known one, and what it is known by is set."""
    found: list[CheckMessage] = []
    for name in settings.MAIL_PROVIDERS:
        if name not in PROVIDERS:
            said = f"HELPDESK_MAIL_PROVIDERS: there is no provider {name}; there are {', '.join(PROVIDERS)}."
            found.append(Error(said, id="tickets.E005"))
        elif not PROVIDERS[name].is_ready:
            wanted = PROVIDERS[name].missing.replace("WEBHOOK_SECRET", "HELPDESK_WEBHOOK_SECRETS")
            found.append(Error(f"HELPDESK_MAIL_PROVIDERS names {name} without {wanted}.", id="tickets.E006"))
    secrets: list[str] = settings.ANYMAIL.get("WEBHOOK_SECRET") or []
    if any(":" not in secret for secret in secrets):
        hint = "Providers send it as basic auth: https://user:password@helpdesk.example.com/mail/providers/…"
        said = "A secret in HELPDESK_WEBHOOK_SECRETS is not of the form user:password."
        found.append(Error(said, hint=hint, id="tickets.E007"))
    return found

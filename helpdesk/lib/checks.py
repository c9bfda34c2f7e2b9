"""The checks at start-up: of the database role (isolation holds only under one that owns nothing), proxies, mail."""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import connection

from helpdesk.lib.peers import networks

ROLE_FACTS = """
    SELECT r.rolsuper, r.rolbypassrls,
           EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid),
           EXISTS (SELECT 1 FROM pg_database d WHERE d.datdba = r.oid AND d.datname = current_database())
    FROM pg_roles r WHERE r.rolname = current_user
"""


def role_faults() -> list[str]:
    """What makes the connected role unfit to be the app's role; empty when it is fit."""
    with connection.cursor() as cursor:
        cursor.execute(ROLE_FACTS)
        superuser, bypasses, owns_tables, owns_database = cursor.fetchone()
    found = {
        "is a superuser": superuser,
        "bypasses row-level security": bypasses,
        "owns tables": owns_tables,
        "owns the database": owns_database,
    }
    return [fault for fault, present in found.items() if present]


@register(Tags.database)
def app_role_owns_nothing(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Refuse a superuser or an owner as the app's role (`DATABASE_URL`)."""
    if not databases or settings.AS_OWNER:
        return []
    return [
        Error(
            f"The database role of DATABASE_URL {fault}: organisations would not be kept apart.",
            hint="Use a plain role that owns nothing; DATABASE_OWNER_URL is for migrations.",
            id="helpdesk.E001",
        )
        for fault in role_faults()
    ]


@register(Tags.security, deploy=True)
def proxies_are_listed_where_they_are_needed(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Over HTTPS somebody in front of us ends TLS; unless it is listed, every answer is a redirect to HTTPS."""
    try:
        networks(tuple(settings.METRICS_NETWORKS))
        if networks(tuple(settings.TRUSTED_PROXIES)) or settings.TRUSTED_PROXIES or not settings.IS_HTTPS:
            return []
    except ImproperlyConfigured as error:
        return [Error(str(error), id="helpdesk.E002")]
    hint = "Name the address or the network of the proxy in HELPDESK_TRUSTED_PROXIES."
    return [Warning("The site is served over HTTPS and no proxy is listed.", hint=hint, id="helpdesk.W001")]


@register(Tags.security)
def senders_of_mail_are_proven(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:  # noqa: ARG001 - Django's signature
    """Say what becomes of mail where no server of ours proves who sent it."""
    if settings.LOCAL or settings.MAIL_AUTHENTICATORS:
        return []
    hint = "Name the mail server that checks senders for us in HELPDESK_MAIL_AUTHENTICATORS."
    if settings.MAIL_TRUST_FROM:
        said = "HELPDESK_MAIL_TRUST_FROM is on: anybody who can reach us by mail can write in any client's name."
        return [Warning(said, hint=hint, id="helpdesk.W002")]
    said = "No mail server proves who sent a mail, so every mail of a client waits for a person."
    if settings.MAIL_DKIM:
        said = "No mail server proves who sent a mail: one without a DKIM signature of its sender waits for a person."
    return [Warning(said, hint=hint, id="helpdesk.W003")]


def refuse_unfit_role() -> None:
    """Raise `ImproperlyConfigured` when the app runs under a superuser's or an owner's role.

    The web server and the workers call it as they start: system checks alone do not run there.
    """
    faults = role_faults()
    if faults:
        raise ImproperlyConfigured(f"The role of DATABASE_URL {', '.join(faults)}; use a role that owns nothing.")

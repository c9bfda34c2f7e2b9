"""Mail domains of an organisation: asked for here, proven by its DNS, and lost when the proof has gone."""

import logging
import re
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Organisation
from helpdesk.accounts.models.domains import DomainState, OrganisationDomain
from helpdesk.accounts.shared_domains import is_shared
from helpdesk.audit.operations import record
from helpdesk.lib.actors import SYSTEM, Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.dns_records import DnsAway, txt_records
from helpdesk.lib.errors import Conflict, DomainError
from helpdesk.notifications.operations import queue_account_notice

logger = logging.getLogger(__name__)
GRACE = timedelta(days=3)  # how long a verified domain counts without its record: zones are edited in error
MOST_DOMAINS = 50  # of one organisation
_SHAPE = re.compile(r"(?<![a-z0-9.-])(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,8}[a-z][a-z0-9-]{0,61}[a-z0-9]")


@transaction.atomic
def add_domain(
    *, organisation: Organisation, domain: str, actor: Actor, at: datetime | None = None
) -> OrganisationDomain:
    """Ask for a domain; it counts once its DNS shows the token (`check_domain`).

    Raises `DomainError` for what is no domain, for one from which anybody may write, for our own, for one that the
    organisation has asked for already, and beyond 50.
    """
    require(actor, "settings.people")
    wanted = _domain(domain)
    rows = OrganisationDomain.objects.filter(organisation=organisation)
    if rows.count() >= MOST_DOMAINS:
        raise DomainError(f"An organisation has {MOST_DOMAINS} domains at most.", field="domain")
    at = at or database_now()
    made = OrganisationDomain(organisation=organisation, domain=wanted, token=secrets.token_hex(20), added_at=at)
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError as error:
        raise DomainError(f"{wanted} is on the list already.", field="domain") from error
    _record(made, "add", actor=actor, at=at)
    return made


def check_domain(*, domain: OrganisationDomain, actor: Actor, at: datetime | None = None) -> OrganisationDomain:
    """Look the record up now, and settle what follows. Takes five seconds at most.

    Raises `Conflict` where no name server answers, where the domain is verified for another organisation, and where
    it was removed meanwhile.
    """
    require(actor, "settings.people")
    try:
        found = domain.record_value in txt_records(domain.record_name)
    except DnsAway as error:
        raise Conflict("No name server answered. Try again in a few minutes.") from error
    return settle_domain(domain=domain, found=found, actor=actor, at=at)


@transaction.atomic
def settle_domain(
    *, domain: OrganisationDomain, found: bool, actor: Actor = SYSTEM, at: datetime | None = None
) -> OrganisationDomain:
    """Write down what a look-up has found. A verified domain whose record is gone counts three days more, then lapses.

    Raises `Conflict` where it is verified for another organisation, or was removed meanwhile.
    """
    row: OrganisationDomain | None = OrganisationDomain.objects.select_for_update().filter(pk=domain.pk).first()
    if row is None:
        raise Conflict(f"{domain} is not on the list any more.")
    before, at = row.state, at or database_now()
    row.checked_at = at
    if found:
        row.verified_at, row.missing_since, row.lapsed_at = row.verified_at or at, None, None
    elif row.verified_at is not None:
        row.missing_since = row.missing_since or at
        if at - row.missing_since >= GRACE:
            row.verified_at, row.missing_since, row.lapsed_at = None, None, at
    try:
        with transaction.atomic():
            row.save(update_fields=["checked_at", "verified_at", "missing_since", "lapsed_at"])
    except IntegrityError as error:
        raise Conflict(f"{row} is verified for another organisation.") from error
    if row.state != before:
        _changed(row, actor=actor, at=at)
    return row


@transaction.atomic
def remove_domain(*, domain: OrganisationDomain, actor: Actor, at: datetime | None = None) -> None:
    """Take a domain off the list; people who came by it stay. Raises `Conflict` where it was removed before."""
    require(actor, "settings.people")
    gone, _ = OrganisationDomain.objects.filter(pk=domain.pk).delete()
    if not gone:
        raise Conflict(f"{domain} is not on the list any more.")
    _record(domain, "remove", actor=actor, at=at or database_now())


def _domain(text: str) -> str:
    """In the form that is stored: lower case, international names in their ASCII form."""
    typed = text.strip().strip(".").lower().removeprefix("@")
    try:
        wanted = typed.encode("idna").decode() if len(typed) <= 253 else ""
    except UnicodeError:
        wanted = ""
    if not _SHAPE.fullmatch(wanted) or len(wanted) > 253:
        raise DomainError("Enter a domain like example.com.", field="domain")
    if is_shared(wanted):
        raise DomainError(f"Anybody can have an address of {wanted}: it belongs to no organisation.", field="domain")
    if wanted in _our_own():
        raise DomainError(f"{wanted} is our own.", field="domain")
    return wanted


def _our_own() -> set[str]:
    return {settings.REPLY_ADDRESS.rpartition("@")[2].lower(), settings.MESSAGE_ID_DOMAIN.lower()}


def _changed(row: OrganisationDomain, *, actor: Actor, at: datetime) -> None:
    _record(row, row.state.value, actor=actor, at=at)
    if row.state in (DomainState.MISSING, DomainState.LAPSED):
        logger.warning("the domain %s of organisation %s: %s", row, row.organisation_id, row.state.value)
        _tell(row)


def _tell(row: OrganisationDomain) -> None:
    """Mail the admins who serve the organisation."""
    name = row.organisation.name
    if row.state == DomainState.LAPSED:
        subject = f"{row} has lapsed as a mail domain of {name}"
        said = "Its record has been gone for three days. Mails of addresses that we do not know wait for a person now."
    else:
        subject = f"{row} has lost the record that shows that it is {name}'s"
        said = "It counts for three days more. After that mails of addresses that we do not know wait for a person."
    text = (
        f"{said}\n\nThe TXT record {row.record_name} should hold:\n{row.record_value}\n\n"
        f"{settings.SITE_URL}/settings/organisations/{row.organisation.key}/domains/\n"
    )
    for admin in Directory.read().admins(organisation_id=row.organisation_id):
        queue_account_notice(
            recipient=admin.email,
            event=f"domain_{row.state.value}",
            subject=subject,
            text=text,
            about=f"domain:{row.pk}",
        )


def _record(row: OrganisationDomain, what: str, *, actor: Actor, at: datetime) -> None:
    record(
        organisation_id=row.organisation_id, action=f"domain.{what}", subject=row.domain[:80], actor=actor, at=at
    )  # fmt: skip

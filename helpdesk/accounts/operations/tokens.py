"""Making and revoking API tokens. The token itself leaves `create_token` once and is nowhere stored."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from helpdesk.accounts.models import ApiToken, User
from helpdesk.accounts.models.token import digest_of
from helpdesk.accounts.permissions import Scope
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict, DomainError, Forbidden

LONGEST_NAME = 80
LONGEST_DAYS = 365
MOST_LIVE = 25
COARSE = timedelta(hours=1)


@transaction.atomic
def create_token(
    *, person: User, name: str, scopes: Iterable[str], days: int, actor: Actor, at: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token of one's own that expires after so many days; returns it with its text, which is never shown again.

    Raises `Forbidden` for somebody else's and for who has lost their access meanwhile, `DomainError` for an empty or
    over-long name, no or unknown scopes, or a life that is no number of days from 1 to 365, `Conflict` when there are
    25 live ones already.
    """
    if actor.user_id != person.pk:
        raise Forbidden("People make their own tokens.")
    kept = _scopes(scopes)
    _check(name, days)
    # The person's row lock makes two forms sent at once wait for each other.
    owner = User.objects.select_for_update(no_key=True).get(pk=person.pk)
    if not owner.is_active:
        raise Forbidden("You have no access any more.")
    at = at or database_now()
    if _live(owner, at=at).count() >= MOST_LIVE:
        raise Conflict(f"You have {MOST_LIVE} tokens that still work. Revoke one that nothing uses.")
    prefix = secrets.token_hex(4)
    text = f"hd_{prefix}_{secrets.token_urlsafe(32)}"
    token = ApiToken(
        person=owner,
        name=name.strip(),
        prefix=prefix,
        digest=digest_of(text),
        scopes=kept,
        created_at=at,
        expires_at=at + timedelta(days=days),
    )
    token.save(force_insert=True)
    _record(token, action="token.create", actor=actor, at=at, data={"scopes": kept, "days": days})
    return token, text


@transaction.atomic
def revoke_token(*, token: ApiToken, actor: Actor, reason: str = "", at: datetime | None = None) -> ApiToken:
    """End a token at once: one's own, or anybody's for who administers people. Ending it twice changes nothing."""
    _may_revoke(token.person_id, actor)
    locked = ApiToken.objects.select_for_update(of=("self",)).select_related("person").get(pk=token.pk)
    if locked.revoked_at is None:
        _revoke(locked, actor=actor, at=at or database_now(), reason=reason)
    return locked


@transaction.atomic
def revoke_tokens_of(*, user: User, actor: Actor, at: datetime | None = None, reason: str = "") -> int:
    """End every live token of a person, as when their access ends; returns how many that were."""
    _may_revoke(user.pk, actor)
    at = at or database_now()
    tokens = list(_live(user, at=at).select_for_update(of=("self",)).select_related("person").order_by("pk"))
    for token in tokens:
        _revoke(token, actor=actor, at=at, reason=reason)
    return len(tokens)


def note_use(*, token: ApiToken, at: datetime) -> None:
    """Note that the token was used, at most once an hour."""
    if token.last_used_at is None or token.last_used_at < at - COARSE:
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=at - COARSE)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=at)


def _scopes(given: Iterable[str]) -> list[str]:
    chosen = set(given)
    unknown = sorted(chosen - set(Scope))
    if unknown:
        raise DomainError(f"“{unknown[0][:40]}” is no scope that a token can have.", field="scopes")
    if not chosen:
        raise DomainError("Choose what the token may be used for.", field="scopes")
    return sorted(chosen)


def _check(name: str, days: int) -> None:
    if not name.strip():
        raise DomainError("Name the token after what will use it.", field="name")
    if len(name.strip()) > LONGEST_NAME:
        raise DomainError(f"The name is longer than {LONGEST_NAME} characters.", field="name")
    if "\x00" in name:
        raise DomainError("This text holds a character that cannot be stored (NUL).", field="name")
    if not 1 <= days <= LONGEST_DAYS:
        raise DomainError(f"A token lives from 1 to {LONGEST_DAYS} days.", field="days")


def _may_revoke(person_id: int, actor: Actor) -> None:
    if actor.user_id != person_id and not actor.may("settings.people"):
        raise Forbidden("You can revoke your own tokens only.")


def _revoke(token: ApiToken, *, actor: Actor, at: datetime, reason: str) -> None:
    token.revoked_at = at
    token.save(update_fields=["revoked_at"])
    _record(token, action="token.revoke", actor=actor, at=at, reason=reason, data={"owner": token.person.email})


def _live(person: User, *, at: datetime) -> QuerySet[ApiToken]:
    return ApiToken.objects.filter(person=person, revoked_at__isnull=True, expires_at__gt=at)


def _record(
    token: ApiToken, *, action: str, actor: Actor, at: datetime, data: dict[str, object], reason: str = ""
) -> None:
    """In the log of the owner's organisation; a staff member's in the vendor's own."""
    membership = getattr(token.person, "membership", None)
    said = {"action": action, "subject": str(token)[:80], "actor": actor, "at": at, "reason": reason}
    if membership is None:
        record_vendor(**said, data=data)  # type: ignore[arg-type]
    else:
        record(organisation_id=membership.organisation_id, **said, data=data)  # type: ignore[arg-type]

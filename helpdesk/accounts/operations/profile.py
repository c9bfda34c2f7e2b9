"""What people say of themselves, and their password."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.accounts.operations.access import end_sessions
from helpdesk.accounts.operations.logbook import record_person
from helpdesk.accounts.operations.texts import person_name
from helpdesk.accounts.operations.tokens import revoke_tokens_of
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import system_scope
from helpdesk.lib.zones import known_zones


@transaction.atomic
def update_profile(*, user: User, name: str, time_zone: str, actor: Actor, at: datetime | None = None) -> None:
    """Change one's own name and time zone (an IANA name: Asia/Colombo).

    Raises `Forbidden` for somebody else's, `DomainError` for an empty name or an unknown zone.
    """
    if actor.user_id != user.pk:
        raise Forbidden("People change their own name and time zone.")
    wanted = {"name": person_name(name), "time_zone": time_zone}
    if time_zone not in known_zones():
        raise DomainError("There is no such time zone.", field="time_zone")
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    before = {field: getattr(locked, field) for field in wanted}
    if before == wanted:
        return
    for field, value in wanted.items():
        setattr(locked, field, value)
    locked.save(update_fields=list(wanted))
    said = {"before": before, "after": wanted}
    record_person(user=locked, action="person.profile", actor=actor, at=at or database_now(), data=said)


@transaction.atomic
def set_password(*, user: User, password: str, keep_session: str | None = None, at: datetime | None = None) -> None:
    """Give a person the new password that they chose. Their tokens end, and their sessions except `keep_session`.

    The password has been validated. It is told to nobody, the log included.
    """
    user.set_password(password)
    user.save(update_fields=["password"])
    at = at or database_now()
    kind = ActorKind.STAFF if getattr(user, "staff_member", None) else ActorKind.CLIENT
    actor = Actor(kind=kind, name=user.name, user_id=user.pk)
    with system_scope("who resets a password is signed in as nobody"):
        ended = end_sessions(user=user, keep=keep_session)
        revoked = revoke_tokens_of(user=user, actor=actor, at=at, reason="a new password was set")
        said = {"sessions_ended": ended, "tokens_revoked": revoked}
        record_person(user=user, action="person.password", actor=actor, at=at, data=said)

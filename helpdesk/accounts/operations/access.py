"""Taking a person's access away, and giving it back."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import PersonSession, StaffMember, User
from helpdesk.accounts.operations.guards import keep_an_admin, lock_staff, name_successors
from helpdesk.accounts.operations.invitation_upkeep import revoke_invitations_of
from helpdesk.accounts.operations.logbook import record_person
from helpdesk.accounts.operations.tokens import revoke_tokens_of
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict


@transaction.atomic
def deactivate_person(*, user: User, actor: Actor, reason: str = "", at: datetime | None = None) -> None:
    """Remove a person's access at once: open sessions, API tokens and what they invited; their tickets stay.

    Raises `Conflict` for oneself, for the last active admin who serves every organisation, and while an organisation
    has this person as account manager or deputy. A person without access already stays so.
    """
    require(actor, "settings.people")
    if user.pk == actor.user_id:
        raise Conflict("You cannot deactivate yourself.")
    # Locks without the key: audit rows of other transactions may point at this person meanwhile.
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not locked.is_active:
        return
    staff = StaffMember.objects.filter(user=locked).first()
    if staff is not None:
        staff = lock_staff(staff)
        keep_an_admin(staff)
        name_successors(staff, doing="deactivated")
    at = at or database_now()
    _set_active(locked, active=False)
    said = {
        "before": "active",
        "after": "deactivated",
        "sessions_ended": end_sessions(user=locked),
        "tokens_revoked": revoke_tokens_of(user=locked, actor=actor, at=at, reason="access taken away"),
        "invitations_revoked": revoke_invitations_of(
            user=locked, actor=actor, at=at, reason="the access of whoever invited them was taken away"
        ),
    }
    record_person(user=locked, action="person.deactivate", actor=actor, at=at, reason=reason, data=said)
    user.is_active = False


@transaction.atomic
def reactivate_person(*, user: User, actor: Actor, reason: str = "", at: datetime | None = None) -> None:
    """Give a deactivated person access again: with their password, but no earlier session or token."""
    require(actor, "settings.people")
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if locked.is_active:
        return
    _set_active(locked, active=True)
    said = {"before": "deactivated", "after": "active"}
    record_person(
        user=locked, action="person.reactivate", actor=actor, at=at or database_now(), reason=reason, data=said
    )
    user.is_active = True


def end_sessions(*, user: User, keep: str | None = None) -> int:
    """Delete the person's sessions, except the one of the key `keep`; returns how many that were."""
    ended, _ = PersonSession.objects.filter(person=user).exclude(pk=keep or "").delete()
    return ended


@transaction.atomic
def forget_sessions(*, at: datetime | None = None) -> int:
    """Delete the sessions that have expired; returns how many that were."""
    gone, _ = PersonSession.objects.filter(expire_date__lt=at or database_now()).delete()
    return gone


def _set_active(user: User, *, active: bool) -> None:
    user.is_active = active
    user.save(update_fields=["is_active"])

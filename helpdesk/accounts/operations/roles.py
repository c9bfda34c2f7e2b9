"""What a person may do: their role, and for staff whom they serve. Both are audited, before and after."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import ClientRole, Membership, Organisation, StaffMember, StaffRole, StaffService, User
from helpdesk.accounts.operations.access import end_sessions
from helpdesk.accounts.operations.guards import keep_an_admin, lock_staff, name_successors, require_served
from helpdesk.accounts.operations.invitation_upkeep import revoke_invitations_of
from helpdesk.accounts.operations.people import check_role
from helpdesk.accounts.operations.tokens import revoke_tokens_of
from helpdesk.audit.operations import record, record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.rows import insert_rows
from helpdesk.lib.tenancy import current_scope

OWN_ROLE = "You cannot change your own role. Another admin can."


@transaction.atomic
def change_client_role(*, user: User, role: str, actor: Actor, reason: str = "", at: datetime | None = None) -> None:
    """Make a client's person a client user or a client admin; their sessions, API tokens and invitations end.

    Raises `DomainError` for an unknown role, `Conflict` for one's own, for a person of no organisation in scope, and
    for one who is not confirmed yet: an admin sees what all of the organisation write.
    """
    require(actor, "settings.people")
    check_role(role, ClientRole)
    if user.pk == actor.user_id:
        raise Conflict(OWN_ROLE)
    locked = Membership.objects.select_for_update(no_key=True).filter(user=user).first()
    if locked is None:
        raise Conflict("This person belongs to no organisation that you serve.")
    before = locked.role
    if before == role:
        return
    if not locked.is_confirmed:
        raise Conflict("This person came by mail. Confirm them first.")
    at = at or database_now()
    locked.role = role
    locked.save(update_fields=["role"])
    record(
        organisation_id=locked.organisation_id,
        action="person.role",
        subject=user.email,
        actor=actor,
        at=at,
        reason=reason,
        data={"before": before, "after": role, **_end_access(user, actor=actor, at=at)},
    )


@transaction.atomic
def change_staff_role(
    *, staff: StaffMember, role: str, actor: Actor, reason: str = "", at: datetime | None = None
) -> None:
    """Make a staff member an agent, account manager or admin; their sessions, API tokens and invitations end.

    Raises `DomainError` for an unknown role, `Conflict` for one's own and for the last active admin's who serves
    every organisation.
    """
    require(actor, "settings.people")
    check_role(role, StaffRole)
    if staff.user_id == actor.user_id:
        raise Conflict(OWN_ROLE)
    locked = lock_staff(staff)
    before = locked.role
    if before == role:
        return
    if locked.user.is_active:
        keep_an_admin(locked)
    at = at or database_now()
    locked.role = role
    locked.save(update_fields=["role"])
    record_vendor(
        action="staff.role",
        subject=locked.user.email,
        actor=actor,
        at=at,
        reason=reason,
        data={"before": before, "after": role, **_end_access(locked.user, actor=actor, at=at)},
    )


@transaction.atomic
def set_served(
    *,
    staff: StaffMember,
    serves: Collection[Organisation] | None,
    actor: Actor,
    reason: str = "",
    at: datetime | None = None,
) -> None:
    """Let a staff member serve these organisations and no others, or all of them when `serves` is None.

    Organisations outside the scope stay as they are: who does not see them cannot take them away. Who loses one loses
    the invitations that they sent. Raises `Forbidden` for giving or taking what the actor does not hold, `Conflict`
    while one that would go has this person at level 2, and for the last active admin who serves all.
    """
    require(actor, "settings.people")
    require_served(actor, serves)
    locked = lock_staff(staff)
    if locked.serves_all:
        require_served(actor, None)
    before, wanted = _served(locked), None if serves is None else {organisation.pk for organisation in serves}
    loses = wanted is not None and _lose(locked, wanted)
    _serve(locked, wanted)
    after = _served(locked)
    if before == after:
        return
    at, said = at or database_now(), {"before": before, "after": after}
    if loses:
        revoke_invitations_of(user=locked.user, actor=actor, at=at, reason="whoever invited them serves fewer clients")
    record_vendor(action="staff.serves", subject=locked.user.email, actor=actor, at=at, reason=reason, data=said)


def _lose(locked: StaffMember, wanted: set[int]) -> bool:
    """Whether they lose any organisation that the actor sees, once it is sure that they may."""
    held = _seen() if locked.serves_all else _held(locked)
    name_successors(locked, doing="taken off these organisations", only=held - wanted)
    if locked.serves_all and locked.user.is_active:
        keep_an_admin(locked)
    return locked.serves_all or bool(held - wanted)


def _serve(locked: StaffMember, wanted: set[int] | None) -> None:
    locked.serves_all = wanted is None
    locked.save(update_fields=["serves_all"])
    StaffService.objects.filter(staff=locked).exclude(organisation_id__any=wanted or ()).delete()
    new = sorted((wanted or set()) - _held(locked))
    insert_rows(StaffService, [{"organisation_id": pk, "staff_id": locked.pk} for pk in new])


def _end_access(user: User, *, actor: Actor, at: datetime) -> dict[str, int]:
    revoked = revoke_tokens_of(user=user, actor=actor, at=at, reason="another role")
    withdrawn = revoke_invitations_of(user=user, actor=actor, at=at, reason="whoever invited them has another role")
    return {
        "sessions_ended": end_sessions(user=user),
        "tokens_revoked": revoked,
        "invitations_revoked": withdrawn,
    }


def _held(staff: StaffMember) -> set[int]:
    return set(StaffService.objects.filter(staff=staff).values_list("organisation_id", flat=True))


def _seen() -> set[int]:
    seen = current_scope()
    return set(Organisation.objects.values_list("pk", flat=True)) if seen.is_system else set(seen.organisations)


def _served(staff: StaffMember) -> list[str]:
    if staff.serves_all:
        return ["all"]
    rows = StaffService.objects.filter(staff=staff).order_by("organisation__key")
    return list(rows.values_list("organisation__key", flat=True))

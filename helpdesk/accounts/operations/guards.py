"""What no change to a person may leave behind: no admin, an organisation without its level 2, a right not held."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from helpdesk.accounts.models import Organisation, StaffMember, StaffRole, StaffService
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.errors import Conflict, Forbidden
from helpdesk.lib.tenancy import current_scope


def keep_an_admin(staff: StaffMember) -> None:
    """Raise `Conflict` when no active admin who serves every organisation would be left without this active one.

    An admin of some organisations can give nobody the others, so such an admin alone could never mend it. Asked with
    the admins locked (`lock_staff`): a wait may have ended because another admin went.
    """
    if staff.role != StaffRole.ADMIN:
        return
    others = StaffMember.objects.filter(role=StaffRole.ADMIN, user__is_active=True).exclude(pk=staff.pk)
    left = set(others.values_list("serves_all", flat=True))
    if staff.serves_all and True not in left:
        said = "is the last active admin who serves every organisation. Make somebody else one first."
        raise Conflict(f"{staff.user.name} {said}")
    if not left:
        raise Conflict(f"{staff.user.name} is the last active admin. Make somebody else an admin first.")


def lock_staff(staff: StaffMember) -> StaffMember:
    """Lock this staff member and the admins; returns the row as it is once they are held.

    In one order, so that two admins who change each other never deadlock. Whoever names this person at level 2 waits
    for the same lock.
    """
    rows = StaffMember.objects.filter(Q(role=StaffRole.ADMIN) | Q(pk=staff.pk))
    list(rows.select_for_update(no_key=True).order_by("pk"))
    # Read after the wait: what a lock returns joins the locked row to others as they were before it.
    return StaffMember.objects.select_related("user").get(pk=staff.pk)


def name_successors(staff: StaffMember, *, doing: str, only: Collection[int] | None = None) -> None:
    """Raise `Conflict` while organisations count on this person at level 2 (POLICY 7); it names them.

    `only` restricts the question to organisations of these ids. What the asking person does not serve is not named.
    Asked with this staff member locked (`lock_staff`), so that nobody names them meanwhile.
    """
    held = Organisation.objects.filter(Q(account_manager=staff) | Q(deputy=staff))
    if only is not None:
        held = held.filter(pk__any=only)
    found = list(held.order_by("name"))
    if not found:
        return
    seen = current_scope()
    named = [
        f"{'account manager' if organisation.account_manager_id == staff.pk else 'deputy'} of {organisation.name}"
        for organisation in found
        if seen.is_system or organisation.pk in seen.organisations
    ]
    if len(named) < len(found):
        named.append("responsible for an organisation that you do not serve")
    raise Conflict(
        f"{staff.user.name} cannot be {doing} yet: {_listed(named)}. Name a successor there first, under Organisations."
    )


def require_served(actor: Actor, organisations: Iterable[Organisation] | None) -> None:
    """Raise `Forbidden` unless the actor serves these organisations themselves; None means all, later ones too."""
    if actor.kind is ActorKind.SYSTEM:
        return
    me = StaffMember.objects.filter(pk=actor.staff_id).first() if actor.staff_id else None
    if me is None:
        raise Forbidden("Only our own staff can do this.")
    if me.serves_all:
        return
    if organisations is None:
        raise Forbidden("You do not serve every organisation yourself, so you cannot give that to others.")
    served = set(StaffService.objects.filter(staff=me).values_list("organisation_id", flat=True))
    if any(organisation.pk not in served for organisation in organisations):
        raise Forbidden("You can choose only organisations that you serve yourself.")


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"

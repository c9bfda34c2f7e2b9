"""What no change to a person may leave behind: no admin, an organisation without its level 2, a right not held."""

from collections.abc import Collection, Iterable

from django.db.models import Q

from helpdesk.accounts.models import Organisation, StaffMember, StaffRole, StaffService
from helpdesk.lib.actors import Actor, ActorKind
from helpdesk.lib.errors import Conflict, Forbidden
from helpdesk.lib.tenancy import current_scope


def keep_an_admin(staff: StaffMember) -> None:
    """Raise `Conflict` when this is the last active admin. Locks the admins: two removals wait for each other."""
    if staff.role != StaffRole.ADMIN:
        return
    lock_admins(staff)
    admins = StaffMember.objects.filter(role=StaffRole.ADMIN)
    # Asked anew once the locks are held: a wait may have ended because another admin went.
    if set(admins.filter(user__is_active=True).values_list("pk", flat=True)) == {staff.pk}:
        raise Conflict(f"{staff.user.name} is the last active admin. Make somebody else an admin first.")


def lock_admins(staff: StaffMember) -> None:
    """Lock the admins and this staff member in one order, so that two admins who change each other never deadlock."""
    rows = StaffMember.objects.filter(Q(role=StaffRole.ADMIN) | Q(pk=staff.pk))
    list(rows.select_for_update(no_key=True).order_by("pk"))


def name_successors(staff: StaffMember, *, doing: str, only: Collection[int] | None = None) -> None:
    """Raise `Conflict` while organisations count on this person at level 2 (POLICY 7); it names them.

    `only` restricts the question to organisations of these ids. What the asking person does not serve is not named.
    """
    held = Organisation.objects.select_for_update(no_key=True, of=("self",))
    held = held.filter(Q(account_manager=staff) | Q(deputy=staff))
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

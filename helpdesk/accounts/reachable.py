"""Whether somebody may still be told of an organisation's tickets: asked of every notice just before it is sent."""

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import StaffService, User
from helpdesk.notifications.withholding import Refusal

SERVES = ("staff_member__pk", "staff_member__serves_all")
BELONGS = ("membership__organisation_id", "membership__organisation__is_active")


def refusal_of(*, organisation_id: int, address: str) -> Refusal | None:
    """Why the person of this address may not be told, with the admins who may; None when they may.

    At most two short statements. An address that is no person's, such as a level's own, may always be told. Needs the
    system scope.
    """
    people = User.objects.filter(email=address.lower())
    found = people.values_list("name", "is_active", *SERVES, *BELONGS).first()
    if found is None:
        return None
    name, is_active, staff_id, serves_all, of, of_active = found
    reads = serves_all or (of == organisation_id and of_active)
    if is_active and (reads or _is_served_by(staff_id, organisation_id)):
        return None
    said = f"{name} no longer serves or belongs to this organisation." if is_active else f"{name} is deactivated."
    admins = Directory.read().admins(organisation_id=organisation_id)
    return Refusal(reason=said, admins=tuple(admin.recipient("Admin") for admin in admins))


def _is_served_by(staff_id: int | None, organisation_id: int) -> bool:
    return (
        staff_id is not None
        and StaffService.objects.filter(staff_id=staff_id, organisation_id=organisation_id).exists()
    )

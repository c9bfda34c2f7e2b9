"""Whether somebody may still be told of an organisation's tickets: asked of every notice just before it is sent."""

from django.db.models import Exists, OuterRef, Q

from helpdesk.accounts.directory import Directory
from helpdesk.accounts.models import Membership, StaffService, User
from helpdesk.notifications.withholding import Refusal


def refusal_of(*, organisation_id: int, address: str) -> Refusal | None:
    """Why the person of this address may not be told, with the admins who may; None when they may. One statement.

    An address that is no person's, such as a level's own, may always be told. Needs the system scope.
    """
    belongs = Membership.objects.filter(
        user=OuterRef("pk"), organisation_id=organisation_id, organisation__is_active=True
    )
    serves = StaffService.objects.filter(staff__user=OuterRef("pk"), organisation_id=organisation_id)
    people = User.objects.filter(email=address.lower()).annotate(
        reads=Q(staff_member__serves_all=True) | Exists(belongs) | Exists(serves)
    )
    found = people.values_list("name", "is_active", "reads").first()
    if found is None:
        return None
    name, is_active, reads = found
    if is_active and reads:
        return None
    said = f"{name} no longer serves or belongs to this organisation." if is_active else f"{name} is deactivated."
    admins = Directory.read().admins(organisation_id=organisation_id)
    return Refusal(reason=said, admins=tuple(admin.recipient("Admin") for admin in admins))

"""Taking a person's access away, and giving it back."""

from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict


@transaction.atomic
def deactivate_person(*, user: User, actor: Actor) -> None:
    """Remove a person's access at once; their tickets stay. Nobody can remove themselves.

    Their open sessions are refused on the next request: `PersonBackend.get_user` finds active people only.
    """
    require(actor, "settings.people")
    if user.pk == actor.user_id:
        raise Conflict("You cannot deactivate yourself.")
    user.is_active = False
    user.save(update_fields=["is_active"])
    record_vendor(action="person.deactivate", subject=user.email, actor=actor, at=database_now())


@transaction.atomic
def reactivate_person(*, user: User, actor: Actor) -> None:
    """Give a deactivated person access again."""
    require(actor, "settings.people")
    user.is_active = True
    user.save(update_fields=["is_active"])
    record_vendor(action="person.reactivate", subject=user.email, actor=actor, at=database_now())

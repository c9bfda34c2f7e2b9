"""Who is to know, and what is concerned, as chosen for an incident, a window, a series or an exclusion: checked."""

from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.lib.errors import DomainError, Forbidden
from helpdesk.lib.tenancy import current_scope
from status.models import Component


def chosen_audience(organisations: Sequence[Organisation] | None) -> frozenset[int]:
    """The keys of those who are to know; of None, which is everybody, none.

    Raises `DomainError` beside the input where nobody is chosen, and `Forbidden` as `refuse_unserved`.
    """
    if organisations is None:
        return frozenset()
    if not organisations:
        raise DomainError(_("Choose at least one organisation, or everybody."), field="organisations")
    audience = frozenset(one.pk for one in organisations)
    refuse_unserved(audience)
    return audience


def refuse_unserved(organisation_ids: Iterable[int]) -> None:
    """Raise `Forbidden` unless the scope of the work at hand holds all of these organisations."""
    scope = current_scope()
    if not scope.is_system and not scope.organisations.issuperset(organisation_ids):
        raise Forbidden(_("This concerns organisations that you do not serve."))


def chosen_components(keys: Iterable[int]) -> list[Component]:
    """The components that are named; raises `DomainError` beside the input for one that there is not."""
    wanted = set(keys)
    found = list(Component.objects.filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise DomainError(_("There is no such component."), field="components")
    return found

"""Components and their groups: defining them, changing their words and marks, retiring and bringing back."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.models import Component, ComponentGroup
from status.models.component import LONGEST_DESCRIPTION, LONGEST_NAME
from status.operations.checks import line
from status.operations.twin import spoil_twin
from status.zone import PAGE_ZONE

MOST_IN_USE = 50
LAST_PLACE = 9999


@dataclass(frozen=True, kw_only=True)
class ComponentText:
    """What a component is called and how it counts, as typed. A new group is made by its name."""

    name: str
    description: str = ""
    group: str = ""
    core: bool = True
    beta: bool = False
    position: str = "0"


@transaction.atomic
def define_component(*, actor: Actor, text: ComponentText, at: datetime | None = None) -> Component:
    """Tell of a further component, from today on.

    Raises `DomainError` beside the input for a missing, long or taken name, a core component that is a beta feature, a
    place that is none, and one component too many; `Forbidden` without the right.
    """
    require(actor, "component.define")
    at = at or database_now()
    _refuse_too_many()
    component = Component(started_on=at.astimezone(ZoneInfo(PAGE_ZONE)).date())
    _write(component, text, at=at)
    _audit("component.define", component, actor=actor, at=at)
    return component


@transaction.atomic
def change_component(
    *, component: Component, actor: Actor, text: ComponentText, at: datetime | None = None
) -> Component:
    """Change a component's words, place and marks; what happened to it stays. Raises as `define_component`.

    A beta feature is one from the instant on at which it is marked so: what was down before counts.
    """
    require(actor, "component.define")
    locked = _locked(component)
    at = at or database_now()
    _write(locked, text, at=at)
    _audit("component.change", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def retire_component(*, component: Component, actor: Actor, at: datetime | None = None) -> Component:
    """Offer it no more for new incidents, and leave it out of the current state. A retired one stays as it is."""
    require(actor, "component.define")
    locked = _locked(component)
    at = at or database_now()
    if locked.retired_at is None:
        locked.retired_at = locked.updated_at = at
        locked.save(update_fields=["retired_at", "updated_at"])
        _audit("component.retire", locked, actor=actor, at=at)
    return locked


@transaction.atomic
def restore_component(*, component: Component, actor: Actor, at: datetime | None = None) -> Component:
    """Bring a retired component back. Raises `DomainError` where its name is taken or there are too many."""
    require(actor, "component.define")
    locked = _locked(component)
    at = at or database_now()
    if locked.retired_at is not None:
        _refuse_too_many()
        locked.retired_at, locked.updated_at = None, at
        _save(locked)
        _audit("component.restore", locked, actor=actor, at=at)
    return locked


def _locked(component: Component) -> Component:
    return Component.objects.select_for_update().get(pk=component.pk)


def _refuse_too_many() -> None:
    if Component.objects.filter(retired_at__isnull=True).count() >= MOST_IN_USE:
        raise DomainError(_("There are %d components already; retire one first.") % MOST_IN_USE)


def _write(component: Component, text: ComponentText, *, at: datetime) -> None:
    component.name = line(text.name, field="name", longest=LONGEST_NAME, missing=_("Give the component a name."))
    component.description = line(text.description, field="description", longest=LONGEST_DESCRIPTION)
    if text.core and text.beta:
        raise DomainError(_("A core component is no beta feature."), field="beta")
    component.is_core = text.core
    component.beta_since = (component.beta_since or at) if text.beta else None
    component.position = _position(text.position)
    component.group = _group(text.group)
    component.updated_at = at
    _save(component)


def _save(component: Component) -> None:
    try:
        with transaction.atomic():
            component.save()
    except IntegrityError as error:
        if "status_component_named_once" not in str(error):
            raise
        raise DomainError(_("There is a component of this name already."), field="name") from error


def _group(typed: str) -> ComponentGroup | None:
    """The group of this name, made where there is none yet."""
    name = line(typed, field="group", longest=LONGEST_NAME)
    if not name:
        return None
    found = ComponentGroup.objects.filter(name__iexact=name).first()
    if found is not None:
        return found
    last = ComponentGroup.objects.aggregate(last=models.Max("position"))["last"]
    return ComponentGroup.objects.create(name=name, position=0 if last is None else min(last + 1, LAST_PLACE))


def _position(typed: str) -> int:
    place = typed.strip() or "0"
    if not (place.isascii() and place.isdecimal() and len(place) <= len(str(LAST_PLACE))):
        raise DomainError(_("Give its place as a whole number from 0 to %d.") % LAST_PLACE, field="position")
    return int(place)


def _audit(action: str, component: Component, *, actor: Actor, at: datetime) -> None:
    said = {
        "group": component.group.name if component.group else "",
        "core": component.is_core,
        "beta": component.is_beta,
    }
    record_vendor(action=action, subject=component.name, actor=actor, at=at, data=said)
    spoil_twin()

"""Views of the queue that staff keep: filters under a name, for oneself or shared with colleagues."""

from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from helpdesk.accounts.models import StaffMember
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Forbidden
from tickets.lists.queue_filters import QueueFilters
from tickets.models import SavedView

LONGEST_NAME = 60
MOST = 30  # views of one person


@transaction.atomic
def save_view(
    *, name: str, filters: QueueFilters, shared: bool, actor: Actor, at: datetime | None = None
) -> tuple[SavedView, bool]:
    """Keep filters under a name; returns the view and whether it is new. A view of that name takes the new filters.

    Raises `DomainError` for a missing or over-long name, and for one view more than a person may keep.
    """
    require(actor, "queue.read")
    name = _checked_name(name)
    owner = _lock_owner(actor)
    own = SavedView.objects.filter(staff=owner)
    view = own.filter(name__iexact=name).first()
    is_new = view is None
    if view is None:
        if own.count() >= MOST:
            raise DomainError(_("You keep %(most)d views already; remove one first.") % {"most": MOST}, field="name")
        last = own.aggregate(last=Max("position"))["last"]
        view = SavedView(staff=owner, position=0 if last is None else last + 1)
    view.name, view.query, view.is_shared = name, filters.query, shared
    view.organisation_key = filters.organisation.key if filters.organisation is not None else ""
    view.save()
    _record(view, action="view.save", actor=actor, at=at)
    return view, is_new


@transaction.atomic
def rename_view(*, view: SavedView, name: str, actor: Actor, at: datetime | None = None) -> SavedView:
    """Give one's view another name. Raises `DomainError` for one that is taken, `Forbidden` for somebody else's."""
    name = _checked_name(name)
    view = _own(view, actor)
    if SavedView.objects.filter(staff_id=view.staff_id, name__iexact=name).exclude(pk=view.pk).exists():
        raise DomainError(_("You have another view of this name."), field="name")
    if name != view.name:
        view.name = name
        view.save(update_fields=["name"])
        _record(view, action="view.rename", actor=actor, at=at)
    return view


@transaction.atomic
def share_view(*, view: SavedView, shared: bool, actor: Actor, at: datetime | None = None) -> SavedView:
    """Show one's view to colleagues, or to nobody else any more. Raises `Forbidden` for somebody else's."""
    view = _own(view, actor)
    if shared != view.is_shared:
        view.is_shared = shared
        view.save(update_fields=["is_shared"])
        _record(view, action="view.share", actor=actor, at=at)
    return view


@transaction.atomic
def move_view(*, view: SavedView, earlier: bool, actor: Actor) -> None:
    """Let one's view change places with its neighbour; at either end nothing happens. The log does not tell of it."""
    view = _own(view, actor)
    own = list(SavedView.objects.filter(staff_id=view.staff_id).order_by("position", "name", "pk"))
    here = [one.pk for one in own].index(view.pk)
    there = here + (-1 if earlier else 1)
    if 0 <= there < len(own):
        own[here], own[there] = own[there], own[here]
    for position, one in enumerate(own):
        one.position = position
    SavedView.objects.bulk_update(own, ["position"])


@transaction.atomic
def delete_view(*, view: SavedView, actor: Actor, at: datetime | None = None) -> None:
    """Remove one's view. An admin of people may remove what others share: they may have left. `Forbidden` else."""
    if view.staff_id != actor.staff_id:
        require(actor, "settings.people")
    if not view.is_shared and view.staff_id != actor.staff_id:
        raise Forbidden(_("This view is a colleague’s own."))
    _record(view, action="view.delete", actor=actor, at=at)
    view.delete()


def _own(view: SavedView, actor: Actor) -> SavedView:
    require(actor, "queue.read")
    if view.staff_id != actor.staff_id:
        raise Forbidden(_("This view is a colleague’s; keep one of your own instead."))
    _lock_owner(actor)
    return SavedView.objects.get(pk=view.pk)


def _lock_owner(actor: Actor) -> StaffMember:
    """One change at a time to one person's views: their number, names and order are looked at together."""
    assert actor.staff_id is not None, "only staff may read the queue"
    return StaffMember.objects.select_for_update(no_key=True).get(pk=actor.staff_id)


def _checked_name(name: str) -> str:
    name = " ".join(name.replace("\0", "").split())
    if not name:
        raise DomainError(_("Give the view a name."), field="name")
    if len(name) > LONGEST_NAME:
        raise DomainError(_("A name has at most %(most)d characters.") % {"most": LONGEST_NAME}, field="name")
    return name


def _record(view: SavedView, *, action: str, actor: Actor, at: datetime | None) -> None:
    said = {"filters": view.query, "shared": view.is_shared}
    record_vendor(action=action, subject=view.name, actor=actor, at=at or database_now(), data=said)

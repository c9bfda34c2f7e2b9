"""Months of uptime: freezing each some days after its end (R11), and revising a frozen one that an edit changed.

A figure is everybody's or one organisation's, and an edit may change that of any: so rows are written in the system
scope. What a figure is made of is read in the scope of the figure, always.
"""

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Organisation
from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import SYSTEM
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Conflict
from helpdesk.lib.tenancy import system_scope
from status.models import UptimeMonth
from status.models.uptime import EVERYBODY, LONGEST_REASON
from status.reckoning.changes import changes_between
from status.reckoning.frozen import content_hash, figures_of, revisions_of, same_figures
from status.reckoning.listing import months_told
from status.reckoning.months import Reckoning, document_of, for_organisation, month_named, read_document, reckon
from status.reckoning.own import has_own, organisations_with_own
from status.uptime.periods import Month

EVERY = "frozen months of everybody's figure and of every organisation's"
MOST_REVISED = 24  # months back that a late edit may still change


@transaction.atomic
def freeze_month(
    *, month: str, organisation: Organisation | None = None, at: datetime | None = None
) -> UptimeMonth | None:
    """Freeze the figures of a month that ended five days ago, as its revision 1 (R11); returns the newest revision.

    `organisation` None: everybody's figure. A month that is frozen stays as it is. An organisation's is frozen where
    it differs from everybody's in what happened or was agreed; None where it does not, or where no component had begun.
    Raises `Conflict` before its time, `ValueError` for what is no month.
    """
    asked = month_named(month)
    at = at or database_now()
    if at < asked.freezes_at():
        raise Conflict(_("A month is frozen five days after its end."))
    with system_scope(EVERY):
        held = revisions_of(month, organisation)
    if held and (organisation is None or held[-1].only_for == organisation.pk):
        return held[-1]
    found = reckon(asked, organisation=organisation, at=at)
    if found is None:
        return None
    if organisation is not None and (held or not has_own(found, reckon(asked, organisation=None, at=at))):
        return None  # what was frozen for everybody is told to it; a late edit makes a revision
    return _write(found, organisation, [], reason=_("Frozen five days after the month’s end."), at=at)


@transaction.atomic
def revise_month(
    *, month: str, organisation: Organisation | None = None, at: datetime | None = None
) -> UptimeMonth | None:
    """Make a further revision of a frozen month whose minutes an edit has changed; None where they are the same.

    The terms and components that it was frozen with hold. All revisions stay, with what changed as the reason.
    """
    asked = month_named(month)
    at = at or database_now()
    with system_scope(EVERY):
        held = revisions_of(month, organisation)
    if not held:
        return None
    before = for_organisation(read_document(held[-1].document), organisation)
    found = reckon(asked, organisation=organisation, at=at, agreed=before)
    if found is None or same_figures(figures_of(found), held[-1].figures):
        return None
    reason = changes_between(before, found)[:LONGEST_REASON]
    return _write(found, organisation, held, reason=reason, at=at)


def freeze_due(*, at: datetime | None = None) -> int:
    """Freeze every month whose time has come, of everybody and of each organisation; returns how many were frozen."""
    at = at or database_now()
    made = 0
    for month in reversed(months_told(at=at)):
        if at < month.freezes_at() or _is_frozen(month):
            continue
        for organisation in organisations_with_own(month):
            made += freeze_month(month=month.name, organisation=organisation, at=at) is not None
        made += freeze_month(month=month.name, at=at) is not None
    return made


def revise_frozen(*, at: datetime | None = None) -> int:
    """Look at every frozen month of the last two years anew; returns how many revisions that made."""
    at = at or database_now()
    made = 0
    for month in reversed(months_told(at=at, most=MOST_REVISED)):
        if not _is_frozen(month):
            continue
        for organisation in [None, *organisations_with_own(month)]:
            made += revise_month(month=month.name, organisation=organisation, at=at) is not None
    return made


def _is_frozen(month: Month) -> bool:
    return UptimeMonth.objects.filter(month=month.name, only_for=EVERYBODY).exists()


def _write(
    found: Reckoning, organisation: Organisation | None, held: Iterable[UptimeMonth], *, reason: str, at: datetime
) -> UptimeMonth:
    """The next revision's row; where somebody else has written it meanwhile, theirs."""
    before = list(held)
    row = UptimeMonth(
        month=found.month.name,
        only_for=EVERYBODY if organisation is None else organisation.pk,
        revision=before[-1].revision + 1 if before else 1,
        reason=reason,
        figures=figures_of(found),
        document=document_of(found),
        previous_hash=before[-1].content_hash if before else "",
        recorded_at=at,
    )
    row.content_hash = content_hash(row)
    with system_scope(EVERY):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError as error:
            if "status_month_revised_once" not in str(error):
                raise
            return revisions_of(row.month, organisation)[-1]
    subject = row.month if organisation is None else f"{row.month} {organisation.key}"
    data = {"revision": row.revision, "hash": row.content_hash}
    record_vendor(action="uptime.freeze", subject=subject, actor=SYSTEM, at=at, reason=reason, data=data)
    return row

"""Making, changing and removing reply templates: any staff member the shared ones, each their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError, Forbidden
from tickets.labels import MOST_TAGS
from tickets.macro_text import VARIABLES, faults_of
from tickets.models import Macro, MacroThen
from tickets.models.macros import LONGEST_NAME, LONGEST_REASON
from tickets.operations.checks import required_text
from tickets.operations.intake import check_severity
from tickets.operations.labels import names_of_tags


@dataclass(frozen=True, kw_only=True)
class MacroText:
    """What a template says and proposes, as typed."""

    name: str
    body: str
    then: str = ""
    severity: str = ""
    severity_reason: str = ""
    tags: Sequence[str] = ()


@transaction.atomic
def create_macro(*, actor: Actor, text: MacroText, shared: bool, at: datetime | None = None) -> Macro:
    """Make a template, shared or one's own.

    Raises `DomainError` beside the field for a missing or taken name, an empty text, a variable that is none (it is
    named), what is no tag, or a severity without its reason; `Forbidden` without the right.
    """
    require(actor, "macro.write")
    if not shared and actor.staff_id is None:
        raise Forbidden(_("Only a staff member has templates of their own."))
    macro = Macro(owner_id=None if shared else actor.staff_id)
    _write(macro, text, at=at or database_now())
    _audit("macro.create", macro, actor=actor)
    return macro


@transaction.atomic
def change_macro(*, macro: Macro, actor: Actor, text: MacroText, at: datetime | None = None) -> Macro:
    """Change a template; whose it is stays. Raises as `create_macro`, and `Forbidden` for a colleague's own."""
    locked = _locked(macro, actor)
    _write(locked, text, at=at or database_now())
    _audit("macro.change", locked, actor=actor)
    return locked


@transaction.atomic
def remove_macro(*, macro: Macro, actor: Actor) -> None:
    """Remove a template; what was sent with it stays as it is. Raises `Forbidden` for a colleague's own."""
    locked = _locked(macro, actor)
    _audit("macro.remove", locked, actor=actor)
    locked.delete()


def _locked(macro: Macro, actor: Actor) -> Macro:
    require(actor, "macro.write")
    locked: Macro | None = Macro.objects.select_for_update().filter(pk=macro.pk).first()
    if locked is None:
        raise DomainError(_("This template has been removed meanwhile."))
    if locked.owner_id is not None and locked.owner_id != actor.staff_id:
        raise Forbidden(_("This template is a colleague’s own."))
    return locked


def _write(macro: Macro, text: MacroText, *, at: datetime) -> None:
    macro.name = _name(text.name)
    macro.body = required_text(text.body, field="body", message=_("Write the text first."))
    _refuse_unknown(macro.body)
    if text.then not in MacroThen.values:
        raise DomainError(_("A template cannot do that. Choose from the list."), field="then")
    macro.then, macro.severity, macro.severity_reason = text.then, text.severity, _reason(text)
    macro.tags = _tags(text.tags)
    macro.updated_at = at
    try:
        with transaction.atomic():
            macro.save()
    except IntegrityError as error:
        if "tickets_macro_named_once" not in str(error):
            raise
        raise DomainError(_("There is a template of this name already."), field="name") from error


def _tags(typed: Sequence[str]) -> list[str]:
    names = names_of_tags(typed)
    if len(names) > MOST_TAGS:
        raise DomainError(_("A ticket has at most %d tags; take some out.") % MOST_TAGS, field="tags")
    return names


def _name(typed: str) -> str:
    name = " ".join(required_text(typed, field="name", message=_("Give the template a name.")).split())
    if len(name) > LONGEST_NAME:
        raise DomainError(_("The name is too long: %d characters fit.") % LONGEST_NAME, field="name")
    return name


def _refuse_unknown(body: str) -> None:
    faults = faults_of(body)
    if faults:
        known = ", ".join(f"{{{{{name}}}}}" for name in VARIABLES)
        said = _("There is no variable %(typed)s. Known are %(known)s.")
        raise DomainError(said % {"typed": ", ".join(faults), "known": known}, field="body")


def _reason(text: MacroText) -> str:
    if not text.severity:
        return ""
    check_severity(text.severity)
    message = _("Say why the severity changes; the client is told.")
    reason = required_text(text.severity_reason, field="severity_reason", message=message)
    if len(reason) > LONGEST_REASON:
        raise DomainError(_("The reason is too long: %d characters fit.") % LONGEST_REASON, field="severity_reason")
    return reason


def _audit(action: str, macro: Macro, *, actor: Actor) -> None:
    whose = "shared" if macro.is_shared else "own"
    record_vendor(action=action, subject=macro.name, actor=actor, at=database_now(), data={"macro": whose})

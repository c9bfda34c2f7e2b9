"""Templates of updates: making, changing and removing them. Any member of staff may."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from helpdesk.audit.operations import record_vendor
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import DomainError
from status.models import Phase, UpdateTemplate
from status.models.incident import LONGEST_TITLE
from status.models.template import LONGEST_NAME
from status.operations.checks import line, whole_text


@dataclass(frozen=True, kw_only=True)
class TemplateText:
    """What a template says, as typed."""

    name: str
    phase: str
    body: str
    title: str = ""


@transaction.atomic
def create_template(*, actor: Actor, text: TemplateText, at: datetime | None = None) -> UpdateTemplate:
    """Make a template. Raises `DomainError` beside the field for a missing or taken name, phase or text."""
    require(actor, "incident.write")
    template = UpdateTemplate()
    _write(template, text, at=at or database_now())
    _audit("update_template.create", template, actor=actor)
    return template


@transaction.atomic
def change_template(
    *, template: UpdateTemplate, actor: Actor, text: TemplateText, at: datetime | None = None
) -> UpdateTemplate:
    """Change a template; what was told with it stays as it is. Raises as `create_template`."""
    require(actor, "incident.write")
    locked = _locked(template)
    _write(locked, text, at=at or database_now())
    _audit("update_template.change", locked, actor=actor)
    return locked


@transaction.atomic
def remove_template(*, template: UpdateTemplate, actor: Actor) -> None:
    """Remove a template; what was told with it stays as it is."""
    require(actor, "incident.write")
    locked = _locked(template)
    _audit("update_template.remove", locked, actor=actor)
    locked.delete()


def _locked(template: UpdateTemplate) -> UpdateTemplate:
    locked: UpdateTemplate | None = UpdateTemplate.objects.select_for_update().filter(pk=template.pk).first()
    if locked is None:
        raise DomainError(_("This template has been removed meanwhile."))
    return locked


def _write(template: UpdateTemplate, text: TemplateText, *, at: datetime) -> None:
    template.name = line(text.name, field="name", longest=LONGEST_NAME, missing=_("Give the template a name."))
    if text.phase not in Phase.values:
        raise DomainError(_("Choose a phase from the list."), field="phase")
    template.phase = text.phase
    template.title = line(text.title, field="title", longest=LONGEST_TITLE)
    template.body = whole_text(text.body, field="body", missing=_("Write the text first."))
    template.updated_at = at
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as error:
        if "status_template_named_once" not in str(error):
            raise
        raise DomainError(_("There is a template of this name already."), field="name") from error


def _audit(action: str, template: UpdateTemplate, *, actor: Actor) -> None:
    record_vendor(action=action, subject=template.name, actor=actor, at=database_now(), data={})

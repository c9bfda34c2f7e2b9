"""The form of a new ticket, kept while somebody fills it in. Not audited: a draft is nobody's but its writer's."""

import re
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import Organisation
from helpdesk.lib.actors import Actor, require
from helpdesk.lib.clock import database_now
from helpdesk.lib.errors import Forbidden
from tickets.models import FormDraft, Ticket
from tickets.models.fields import LONGEST_VALUE
from tickets.operations.intake import check_length

WORDS = ("subject", "description", "steps", "affected_users", "since")
CHOICES = ("severity", "scope", "workaround", "data_risk", "requester", "follows", "submission_key")
LONGEST_CHOICE = 100
ASKED = re.compile(r"field-[1-9][0-9]{0,17}")  # the input of a custom field
MOST_ASKED = 60  # as many as one form can ask for


def asked_names(names: Iterable[str]) -> list[str]:
    """Those of the names that are inputs of custom fields; at most 60."""
    return [name for name in names if ASKED.fullmatch(name)][:MOST_ASKED]


@transaction.atomic
def save_form(
    *,
    organisation: Organisation,
    actor: Actor,
    typed: Mapping[str, str],
    submission_key: uuid.UUID,
    at: datetime | None = None,
) -> FormDraft | None:
    """Keep what stands in the form, in place of what was kept before. A form without a word leaves nothing kept.

    Nor does one that was submitted meanwhile, by its `submission_key`: the save was under way. Raises `Forbidden` for
    who opens no tickets, `DomainError` at its field for an over-long text.
    """
    person = _writer(actor)
    for name in WORDS:
        check_length(typed.get(name, ""), field=name)
    for name in CHOICES:
        check_length(typed.get(name, ""), field=name, longest=LONGEST_CHOICE)
    asked = asked_names(typed)
    for name in asked:
        check_length(typed[name], field=name, longest=LONGEST_VALUE)
    submitted = Ticket.objects.filter(organisation=organisation, submission_key=submission_key)
    if not any(typed.get(name, "").strip() for name in (*WORDS, *asked)) or submitted.exists():
        discard_form(organisation=organisation, actor=actor)
        return None
    fields = {name: typed[name] for name in (*WORDS, *CHOICES, *asked) if typed.get(name)}
    row = FormDraft(organisation=organisation, person_id=person, fields=fields, updated_at=at or database_now())
    FormDraft.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["person", "organisation"],
        update_fields=["fields", "updated_at"],
    )
    return row


@transaction.atomic
def discard_form(*, organisation: Organisation, actor: Actor) -> None:
    """Forget the person's form for this organisation, if there is one."""
    FormDraft.objects.filter(organisation=organisation, person_id=_writer(actor)).delete()


def _writer(actor: Actor) -> int:
    require(actor, "ticket.open")
    if actor.user_id is None:
        raise Forbidden("Only a person has drafts.")
    return actor.user_id

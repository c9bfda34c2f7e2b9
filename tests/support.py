"""Shorthand for tests: people as actors, instants in Colombo, and what only a long run asks."""

import os
from datetime import datetime
from zoneinfo import ZoneInfo

from helpdesk.accounts.models import StaffMember, User
from helpdesk.accounts.queries import member_of
from helpdesk.lib.actors import Actor

# `python3 dev.py test --long` asks every role and every value; the short run those that differ most.
LONG = os.environ.get("HELPDESK_LONG") == "1"
COLOMBO = ZoneInfo("Asia/Colombo")


def colombo(text: str) -> datetime:
    """`2026-11-16 10:00` in Colombo."""
    return datetime.fromisoformat(text).replace(tzinfo=COLOMBO)


def actor_of(person: User | StaffMember) -> Actor:
    """The person as the operations know them."""
    user = person.user if isinstance(person, StaffMember) else person
    member = member_of(User.objects.select_related("staff_member", "membership__organisation").get(pk=user.pk))
    assert member is not None
    return member.actor


def in_turn(*always: str, also: tuple[str, ...]) -> tuple[str, ...]:
    """What a test asks for each of: `also` only in a long run, where it repeats what `always` has mostly shown."""
    return (*always, *also) if LONG else always

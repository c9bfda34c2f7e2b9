"""Whose stream it is, and of which organisations it may speak: the session is read anew at each look."""

from dataclasses import dataclass

from django.contrib.auth import get_user
from django.db import close_old_connections, transaction
from django.http import HttpRequest

from helpdesk.accounts.queries import member_of
from helpdesk.accounts.sessions import SessionStore
from helpdesk.lib.tenancy import system_scope

LONGEST_KEY = 64


@dataclass(frozen=True)
class Access:
    """A signed-in person and the organisations that they may see at this moment, by their ids."""

    person_id: int
    organisation_ids: frozenset[int]


def look(session_key: str) -> Access | None:
    """`access_of` in a thread of its own, whose connection stays open for the next look if it is still good."""
    close_old_connections()
    return access_of(session_key)


def access_of(session_key: str) -> Access | None:
    """Who is signed in by this session; None when nobody is, or who is may see nothing any more.

    A look changes nothing: what Django would write on the way (a stale session's end, a key made anew) is rolled back.
    """
    if not (session_key.isascii() and session_key.isalnum() and len(session_key) <= LONGEST_KEY):
        return None
    with transaction.atomic(), system_scope("sign-in: whose stream is it, and what may they see"):
        request = HttpRequest()
        request.session = SessionStore(session_key)
        user = get_user(request)
        member = member_of(user) if user.is_authenticated else None
        transaction.set_rollback(True)
    return Access(member.user.pk, member.organisation_ids) if member else None

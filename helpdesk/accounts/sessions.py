"""The session engine (`SESSION_ENGINE`): Django's, in a table of our own that names the signed-in person."""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore

from helpdesk.accounts.models import PersonSession


class SessionStore(DatabaseStore):
    """Django's database sessions, each with its person beside the signed data."""

    @classmethod
    def get_model_class(cls) -> type[Any]:
        """The table."""
        return PersonSession

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        """The row to save: the person is whoever the data say is signed in."""
        row = super().create_model_instance(data)
        person = data.get(SESSION_KEY)
        row.person_id = int(person) if person else None  # type: ignore[attr-defined]  # our own table's column
        return row

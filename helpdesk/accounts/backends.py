"""Sign-in by e-mail and password (django-allauth), and the person behind a session."""

from allauth.account.auth_backends import AuthenticationBackend

from helpdesk.accounts.models import User


class PersonBackend(AuthenticationBackend):
    """Fetches a session's person together with what decides their role, in one query."""

    def get_user(self, user_id: int) -> User | None:
        """The active person with this id; None ends the session of a removed one."""
        people = User.objects.select_related("staff_member", "membership__organisation")
        return people.filter(pk=user_id, is_active=True).first()

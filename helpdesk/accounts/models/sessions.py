"""Sessions that know whose they are, so that ending a person's access can delete them."""

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from helpdesk.accounts.models.people import User


class PersonSession(AbstractBaseSession):
    """A browser's session; `person` is empty until somebody has signed in with it."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, null=True, related_name="+")

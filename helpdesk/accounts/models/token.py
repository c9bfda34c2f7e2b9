"""API tokens: what a program shows instead of a person's password."""

import hashlib
from datetime import datetime, timedelta

from django.db import models
from django.db.models.functions import Now

from helpdesk.accounts.models.people import User

LONGEST_LIFE = timedelta(days=366)


def digest_of(text: str) -> str:
    """What is stored of a token. A plain hash is enough: 256 random bits cannot be guessed from it."""
    return hashlib.sha256(text.encode()).hexdigest()


class ApiToken(models.Model):
    """A person's token. Only its digest is stored: the token itself is shown once, when it is made.

    Global like a session: it is found before its person is known. It holds no client's content.
    """

    person = models.ForeignKey(User, on_delete=models.PROTECT, related_name="tokens")
    name = models.CharField(max_length=80, help_text="What it is for, in its owner's words.")
    prefix = models.CharField(max_length=8, unique=True, help_text="The part that may be shown.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the whole token, in hexadecimal.")
    scopes = models.JSONField(help_text="What it may be used for; never more than its owner may.")
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True, help_text="To the hour.")
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at"))
                & models.Q(expires_at__lte=models.F("created_at") + LONGEST_LIFE),
                name="accounts_token_ends_within_a_year",
            ),
            models.CheckConstraint(condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="accounts_token_digest"),
        )

    def __str__(self) -> str:
        return f"{self.name} (hd_{self.prefix}_…)"

    def is_live(self, at: datetime) -> bool:
        """Whether it still opens anything at the instant."""
        return self.revoked_at is None and at < self.expires_at

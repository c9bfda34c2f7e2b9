"""Which of the victim's things a parameter, field or header could mean, where no fixture says so."""

from collections.abc import Mapping

# Which of the victim's things a parameter or field of this name could mean, where the fixture does not say.
MEANINGS: Mapping[str, tuple[str, ...]] = {
    "organisation": ("organisation", "organisation.pk"),
    "organisation_id": ("organisation.pk",),
    "requester": ("client", "client.email"),
    "assignee": ("agent",),
    "person": ("client", "client.email"),
    "email": ("client.email",),
    "login": ("client.email",),
    "after": ("ticket.pk", "ticket.number", "client", "escalation"),
    "cursor": ("ticket.pk", "client"),
    "follows": ("ticket", "ticket_closed"),
    "ticket": ("ticket.reference", "ticket"),
    "submission_key": ("ticket.submission_key",),
    "public_id": ("ticket",),
}
ANYTHING = ("ticket", "client", "organisation")
# Sent together besides, whether or not anybody asks for them: a field that nobody should take from outside.
ALSO: Mapping[str, str] = {
    "organisation": "organisation",
    "organisation_id": "organisation.pk",
    "org": "organisation",
    "tenant": "organisation",
    "ticket": "ticket",
    "ticket_id": "ticket.pk",
    "public_id": "ticket",
    "id": "ticket.pk",
    "pk": "ticket.pk",
    "requester": "client",
    "requester_id": "client",
    "user": "client",
    "user_id": "client",
    "actor": "client",
    "created_by": "client",
    "membership": "client",
    "reference": "ticket.reference",
    "number": "ticket.number",
    "q": "ticket.subject",
    "search": "ticket.reference",
    "expand": "organisation",
    "as": "client.email",
}
MADE_BEFORE = "headers of a request made before"
# Groups of headers sent together.
HEADERS: Mapping[str, Mapping[str, str]] = {
    "headers that some product believes": {
        "X-Organisation": "organisation",
        "X-Organization-Id": "organisation.pk",
        "X-Tenant": "organisation",
        "X-Org": "organisation",
        "X-Remote-User": "client.email",
        "Remote-User": "client.email",
        "X-Forwarded-User": "client.email",
        "X-Authenticated-Userid": "client",
        "X-User": "client",
        "From": "client.email",
        "X-Forwarded-For": "organisation",
        "X-Original-Url": "ticket.path",
        "X-Rewrite-Url": "ticket.path",
        "X-Forwarded-Prefix": "ticket.path",
        "Referer": "ticket.path",
        "Hx-Current-Url": "ticket.path",
    },
    MADE_BEFORE: {
        "Idempotency-Key": "idempotency_key",
        "X-Request-Id": "ticket",
    },
}

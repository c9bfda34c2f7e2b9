"""What a caller could know besides the document: ids and keys that exist, their own and the other side's."""

from typing import Any

from helpdesk.accounts.models import Organisation, Team, User
from helpdesk.lib.tenancy import system_scope
from sla.models import Calendar, Policy
from tickets.models import Attachment, Ticket

SMALL = [*range(1, 13), 999_999]  # the rows of a new database are numbered from 1
TAGS = ["*", '"1-0a1b2c3d4e5f60718293"']
OFTEN, SOMETIMES = 0.85, 0.5


def knowledge() -> dict[str, Any]:
    """The part of a run's configuration that names values; the tester draws from them often, and else invents."""
    with system_scope("the test tells what exists"):
        named = {
            "tickets": [str(one) for one in Ticket.objects.values_list("public_id", flat=True)],
            "files": [str(one) for one in Attachment.objects.values_list("public_id", flat=True)],
            "organisations": list(Organisation.objects.values_list("key", flat=True)),
            "people": list(User.objects.values_list("pk", flat=True)),
            "calendars": list(Calendar.objects.values_list("key", flat=True)),
            "policies": list(Policy.objects.values_list("key", flat=True)),
            "teams": list(Team.objects.values_list("key", flat=True)),
            "numbers": SMALL,
            "tags": TAGS,
        }
    bound = {
        "path.public_id": ("tickets", OFTEN),
        "path.file_id": ("files", OFTEN),
        "path.id": ("numbers", OFTEN),
        "path.number": ("numbers", OFTEN),
        "header.If-Match": ("tags", OFTEN),
        "query.organisation": ("organisations", OFTEN),
        "query.requester": ("people", SOMETIMES),
        "body.organisation": ("organisations", OFTEN),
        "body.requester": ("people", OFTEN),
        "body.assignee": ("people", OFTEN),
        "body.account_manager": ("people", OFTEN),
        "body.deputy": ("people", SOMETIMES),
        "body.calendar": ("calendars", OFTEN),
        "body.policy": ("policies", OFTEN),
        "body.follows": ("tickets", SOMETIMES),
        "body.attachments[*]": ("files", OFTEN),
    }
    return {
        "dictionaries": {name: {"values": values} for name, values in named.items()},
        "parameters": {name: _drawn(*drawn) for name, drawn in bound.items()},
        "operations": [
            {"include-path-regex": f"^/api/v1/{name}/", "parameters": {"path.key": _drawn(name, OFTEN)}}
            for name in ("organisations", "calendars", "policies", "teams")
        ],
    }


def _drawn(dictionary: str, probability: float) -> dict[str, Any]:
    return {"dictionary": dictionary, "probability": probability}

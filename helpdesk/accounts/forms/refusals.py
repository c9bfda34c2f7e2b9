"""How a refused operation comes back to its form."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db import transaction

from helpdesk.lib.errors import Conflict, DomainError, Forbidden


def filled_in(form: forms.Form, operation: Callable[[], Any]) -> int:
    """Call the operation with a form that was sent and holds what it asks for, as `refused` does.

    Returns 0 when it succeeded, else the HTTP status of the page that shows the form: 200 for one that is still to be
    filled in, 422 for one whose fields say what is wrong with them.
    """
    if not form.is_bound:
        return 200
    return refused(form, operation) if form.is_valid() else 422


def refused(form: forms.Form, operation: Callable[[], Any], *, but: type[DomainError] | tuple[()] = ()) -> int:
    """Call the operation; a refusal puts its message beside the field and gives the HTTP status.

    Returns 0 when it succeeded. What it wrote before refusing is undone, the request goes on. A refusal of the kind
    `but` is raised: it is no matter of the form.
    """
    try:
        with transaction.atomic():
            operation()
    except but:
        raise
    except DomainError as error:
        form.add_error(error.field if error.field in form.fields else None, error.message)
        return refusal_status(error)
    return 0


def refusal_status(error: DomainError) -> int:
    """403 for a missing right, 409 for a state that does not allow it, 422 for anything else."""
    if isinstance(error, Forbidden):
        return 403
    return 409 if isinstance(error, Conflict) else 422

"""Which change a ticket's state allows (POLICY 9); anything else is refused with a clear error."""

from helpdesk.lib.errors import Conflict, DomainError
from tickets.models import Ticket, TicketState
from tickets.operations.intake import check_length


def require_state(ticket: Ticket, *allowed: str, doing: str) -> None:
    """Raise `Conflict` unless the ticket is in one of the states."""
    if ticket.state in allowed:
        return
    if ticket.state == TicketState.CLOSED:
        raise Conflict(
            f"{ticket.reference} is closed, so it cannot be {doing}. Open a new ticket that follows it instead."
        )
    raise Conflict(f"{ticket.reference} is {ticket.get_state_display().lower()}, so it cannot be {doing}.")


def required_text(text: str, *, field: str, message: str) -> str:
    """The text without surrounding space. Raises `DomainError` when it is empty or too long to store."""
    check_length(text, field=field)
    if not text.strip():
        raise DomainError(message, field=field)
    return text.strip()

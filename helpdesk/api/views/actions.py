"""What is done to a ticket: each address is one operation, and answers with the ticket as it is then."""

from typing import Any, ClassVar
from uuid import UUID

from rest_framework import serializers
from rest_framework.response import Response

from helpdesk.api.preconditions import seen_version
from helpdesk.api.schema import describe
from helpdesk.api.serializers.tickets import (
    EmptyBody,
    OptionalReasonBody,
    OutsideBody,
    ReasonBody,
    ResolutionBody,
    TicketAnswer,
    WaitingBody,
)
from helpdesk.api.views.base import ApiRequest, ApiView
from helpdesk.api.views.frame import ticket_changed
from tickets.operations import conversation, covering, status
from tickets.queries import get_ticket


class Action(ApiView):
    """The base: find the ticket, check the body, run the operation."""

    tagged = True
    shape: ClassVar[type[serializers.Serializer]]

    def act(self, public_id: UUID, operation: Any) -> Response:
        """Run the operation with what was sent, upon the version that If-Match names."""
        member = self.request.member
        ticket = get_ticket(member, public_id)
        sent = self.body(self.shape)
        operation(ticket=ticket, actor=member.actor, seen=seen_version(self.request), **sent)
        return ticket_changed(member, public_id)


class Waiting(Action):
    """Waiting for the client."""

    capabilities = {"POST": "ticket.wait"}
    shape = WaitingBody

    @describe("tickets_wait", tag="Tickets", summary="Wait for the client", answer=TicketAnswer, body=WaitingBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """Pauses the clocks until the client answers. Needs a question, or a logged contact."""
        return self.act(public_id, conversation.wait_for_client)


class Resumption(Action):
    """Going on without the client's answer."""

    capabilities = {"POST": "ticket.wait"}
    shape = ReasonBody

    @describe("tickets_resume", tag="Tickets", summary="Go on without an answer", answer=TicketAnswer, body=ReasonBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """The clocks run again."""
        return self.act(public_id, conversation.resume)


class Resolution(Action):
    """Resolving."""

    capabilities = {"POST": "ticket.resolve"}
    shape = ResolutionBody

    @describe("tickets_resolve", tag="Tickets", summary="Resolve", answer=TicketAnswer, body=ResolutionBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """The resolution clocks stop and their verdicts are frozen. It can be reopened until `closes_at`."""
        return self.act(public_id, status.resolve)


class Withdrawal(Action):
    """The client needs it no more."""

    capabilities = {"POST": "ticket.withdraw"}
    shape = OptionalReasonBody

    @describe("tickets_withdraw", tag="Tickets", summary="Withdraw", answer=TicketAnswer, body=OptionalReasonBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """For clients: you need it no more."""
        return self.act(public_id, status.withdraw)


class Outside(Action):
    """Work that the policy does not cover."""

    capabilities = {"POST": "ticket.outside"}
    shape = OutsideBody

    @describe(
        "tickets_mark_outside", tag="Tickets", summary="Mark as outside support", answer=TicketAnswer, body=OutsideBody
    )
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """The client is told by your message, and the resolution clocks stand still until it is taken back."""
        return self.act(public_id, covering.mark_outside)


class Covered(Action):
    """Standard support after all."""

    capabilities = {"POST": "ticket.outside"}
    shape = ReasonBody

    @describe("tickets_mark_covered", tag="Tickets", summary="Take the mark back", answer=TicketAnswer, body=ReasonBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """The clocks go on; the time in between does not count."""
        return self.act(public_id, covering.mark_covered)


class Reopening(Action):
    """Something is still wrong."""

    capabilities = {"POST": "ticket.reopen"}
    shape = ReasonBody

    @describe("tickets_reopen", tag="Tickets", summary="Reopen", answer=TicketAnswer, body=ReasonBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """The same clocks go on; the time in which it was resolved counts as a pause."""
        return self.act(public_id, status.reopen)


class Closure(Action):
    """Closing for good."""

    capabilities = {"POST": "ticket.close"}
    shape = EmptyBody

    @describe("tickets_close", tag="Tickets", summary="Close for good", answer=TicketAnswer, body=EmptyBody)
    def post(self, request: ApiRequest, public_id: UUID) -> Response:  # noqa: ARG002 - the framework's signature
        """For clients: it is solved. A closed ticket stays closed; a new one can follow it."""
        return self.act(public_id, status.close)

"""Who asks, and whether their token and role let them: the middleware has found the member, views state the need."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest as UnreadableForm
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from rest_framework.authentication import BaseAuthentication, CSRFCheck
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from helpdesk.accounts.members import Member
from helpdesk.accounts.models import ApiToken, User
from helpdesk.api.errors import BadRequest
from helpdesk.api.limits import count_refused_token

if TYPE_CHECKING:

    class ApiRequest(Request):
        """A request behind `MemberPermission`: its member is there, and the token when they came with one."""

        member: Member
        token: ApiToken | None
else:
    ApiRequest = Request

CSRF = "A change from a browser's session needs its CSRF token (X-CSRFToken). Programs use a token."
REALM = 'Bearer realm="helpdesk"'
REFUSED = "This token does not work: it is unknown, expired or revoked, or its owner has no access any more."


class MemberAuthentication(BaseAuthentication):
    """Takes over what the scope's middleware found: a token's owner, or the browser's signed-in person."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken | None] | None:
        """The person and their token. A browser's session counts for a change only with its CSRF token."""
        http: Any = request._request
        if http.token_refused:
            count_refused_token(http)
            raise AuthenticationFailed(REFUSED)
        if http.member is None:
            return None
        if http.token is None:
            _enforce_csrf(http)
        return http.member.user, http.token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 says about how to sign in."""
        refused = getattr(request._request, "token_refused", False)
        return f'{REALM}, error="invalid_token"' if refused else REALM


def _enforce_csrf(request: HttpRequest) -> None:
    check = CSRFCheck(lambda _request: None)  # type: ignore[arg-type]  # only its process_view is asked
    check.process_request(request)
    try:  # it looks for the token in the form too
        reason = check.process_view(request, None, (), {})  # type: ignore[arg-type]
    except (MultiPartParserError, UnreadableForm) as error:
        raise BadRequest("The body is no form that can be read.") from error
    if reason:
        raise PermissionDenied(CSRF)


class MemberPermission(BasePermission):
    """A member whose token is for this kind of request and whose role has the view's capability."""

    def has_permission(self, request: ApiRequest, view: Any) -> bool:  # type: ignore[override]
        member = getattr(request, "member", None)
        if member is None:
            return False
        capability = view.capability_for(request.method)
        if request.method in SAFE_METHODS:
            return self._may_look(member, capability, replay=getattr(request, "is_replay", False))
        if member.scopes is not None and view.scope not in member.scopes:
            raise PermissionDenied(f"This token may not do this: it lacks the scope {view.scope}.")
        return bool(capability == "any" or member.may(capability))

    def _may_look(self, member: Member, capability: str, *, replay: bool) -> bool:
        if replay:  # the answer to their own write, told again
            return capability == "any" or member.may(capability) or member.may_look(capability)
        if member.scopes is not None and "read" not in member.scopes:
            raise PermissionDenied("This token may not read: it lacks the scope read.")
        return capability == "any" or member.may_look(capability)

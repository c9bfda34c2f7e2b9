"""One's own API tokens, and for admins those of the people whom they administer."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms import refused
from helpdesk.accounts.forms.tokens import TokenForm
from helpdesk.accounts.listing import administered
from helpdesk.accounts.models import ApiToken, User
from helpdesk.accounts.operations.tokens import create_token, revoke_token
from helpdesk.accounts.queries import tokens_of, tokens_shown
from helpdesk.lib.clock import database_now


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@member_view("any")
def tokens(request: MemberRequest) -> HttpResponse:
    """One's own tokens. A POST makes one and shows it, this once."""
    member = request.member
    form = TokenForm(request.POST or None)
    if not form.is_bound:
        return _page(request, form)
    made: list[tuple[ApiToken, str]] = []
    status = 422
    if form.is_valid():
        given = form.cleaned_data
        status = refused(form, lambda: made.append(create_token(person=member.user, **given, actor=member.actor)))
    if not made:
        return _page(request, form, status=status)
    return _page(request, TokenForm(), made=made[0], status=201)


@require_POST
@member_view("any")
def revoke_own(request: MemberRequest, pk: int) -> HttpResponse:
    """End one of one's own tokens at once."""
    token = _token(request.member.user, pk)
    revoke_token(token=token, actor=request.member.actor)
    messages.success(request, f"The token “{token.name}” works no more.")
    return redirect("tokens")


@require_safe
@member_view("settings.people")
def person_tokens(request: MemberRequest, pk: int) -> HttpResponse:
    """What tokens a person has, for admins; never the tokens themselves."""
    person = _person(request, pk)
    context = {"person": person, "rows": tokens_shown(person, at=database_now())}
    return render(request, "settings/person_tokens.html", context)


@require_POST
@member_view("settings.people")
def revoke_persons(request: MemberRequest, pk: int, token_id: int) -> HttpResponse:
    """End a token of somebody else at once, with the reason typed, if any."""
    found = _token(_person(request, pk), token_id)
    reason = request.POST.get("reason", "").replace("\x00", "")[:200]
    revoke_token(token=found, actor=request.member.actor, reason=reason)
    messages.success(request, f"The token “{found.name}” works no more.")
    return redirect("settings:person_tokens", pk=pk)


def _person(request: MemberRequest, pk: int) -> User:
    found = administered(request.member).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _token(person: User, pk: int) -> ApiToken:
    found = tokens_of(person).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _page(
    request: MemberRequest, form: TokenForm, *, made: tuple[ApiToken, str] | None = None, status: int = 200
) -> HttpResponse:
    context = {"form": form, "rows": tokens_shown(request.member.user, at=database_now()), "made": made}
    return render(request, "accounts/tokens.html", context, status=status)

"""The page behind an invitation's link: the only one on which a stranger becomes a person here."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.forms import AcceptanceForm, refused
from helpdesk.accounts.operations import InvitationGone, Opened, accept_invitation, open_invitation


@login_not_required
@sensitive_post_parameters()
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Shows for what and for whom the invitation is, and takes a name and a password.

    Whatever the token lacks, the answer is one page with status 404. Who is signed in as somebody is asked to sign
    out first: nobody becomes somebody else by a link. Nobody is signed in here either: the next page is the sign-in.
    """
    try:
        opened = open_invitation(token=token)
    except InvitationGone:
        return render(request, "accounts/invitation_gone.html", status=404)
    if request.user.is_authenticated:
        context = {"opened": opened, "signed_in": request.user}
        return render(request, "accounts/invitation.html", context, status=409 if request.method == "POST" else 200)
    if request.method == "POST":
        return _accept(request, token, opened)
    form = AcceptanceForm(initial={"name": opened.name})
    return render(request, "accounts/invitation.html", {"opened": opened, "form": form})


def _accept(request: HttpRequest, token: str, opened: Opened) -> HttpResponse:
    form = AcceptanceForm(request.POST)
    status = 422
    if form.is_valid():
        given = {"name": form.cleaned_data["name"], "password": form.cleaned_data["password"]}
        try:
            status = refused(form, lambda: accept_invitation(token=token, **given), but=InvitationGone)
        except InvitationGone:
            return render(request, "accounts/invitation_gone.html", status=404)
        if not status:
            messages.success(request, f"Your account is ready. Sign in as {opened.email}.")
            return redirect("account_login")
    return render(request, "accounts/invitation.html", {"opened": opened, "form": form}, status=status)

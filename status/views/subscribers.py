"""Subscribing to the public page by mail, without an account; and the staff's list of who does."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.accounts.forms.refusals import filled_in
from helpdesk.lib.peers import client_address
from status.forms.subscribers import CHOSEN, WHOLE, ChoiceForm, SubscribeForm
from status.operations import subscribers as verbs
from status.queries import components_in_use
from status.subscriber_queries import SHOWN, subscriber_of, subscribers
from status.subscriptions import NoSubscription, confirmed_by, manage_token, managed_by

ASKED = ("GET", "HEAD", "POST")
KEEPERS = member_view("settings.outbox")
LONGEST_TEXT = 200
View = Callable[..., HttpResponse]


def public(view: View) -> View:
    """A page that anybody may open, and no cache keeps. A link that is old, used up or made up says so."""

    @wraps(view)
    def answer(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, **kwargs)
        except NoSubscription:
            return render(request, "status/no_subscription.html", status=403)

    found: View = login_not_required(never_cache(require_http_methods(ASKED)(answer)))
    return found


@public
def subscribe(request: HttpRequest) -> HttpResponse:
    """Ask to be told. The answer is the same whether the address is known or not."""
    form = SubscribeForm(request.POST if request.method == "POST" else None, components=components_in_use())
    network = client_address(request)
    status = filled_in(
        form,
        lambda: verbs.subscribe(
            address=form.cleaned_data["address"], component_ids=form.chosen(), network=network
        ),
    )  # fmt: skip
    if not status:
        return redirect("status:subscribe_sent")
    return render(request, "status/subscribe.html", {"form": form}, status=status)


@public
def subscribe_sent(request: HttpRequest) -> HttpResponse:
    """What comes next: a mail, whoever asked."""
    return render(request, "status/subscribe_sent.html", {"days": verbs.CONFIRM_DAYS})


@public
def confirm_subscription(request: HttpRequest, token: str) -> HttpResponse:
    """Prove the address, by a button: programs that look at mails open links, too."""
    public_id = confirmed_by(token)
    if request.method == "POST":
        subscriber = verbs.confirm_subscription(public_id=public_id)
        messages.success(request, _("You are subscribed."))
        return redirect("status:subscription", token=manage_token(subscriber))
    subscriber, _chosen = subscriber_of(public_id)
    return render(request, "status/confirm_subscription.html", {"address": subscriber.address})


@public
def subscription(request: HttpRequest, token: str) -> HttpResponse:
    """What a subscriber is told: to choose, or to end."""
    public_id = managed_by(token)
    found, chosen = subscriber_of(public_id)
    initial = {"extent": CHOSEN if chosen else WHOLE, "components": chosen}
    form = ChoiceForm(
        request.POST if request.method == "POST" else None, components=components_in_use(), initial=initial
    )
    status = filled_in(form, lambda: verbs.choose_components(public_id=public_id, component_ids=form.chosen()))
    if not status:
        messages.success(request, _("Your choice is kept."))
        return redirect("status:subscription", token=token)
    context = {"form": form, "address": found.address, "token": token}
    return render(request, "status/subscription.html", context, status=status)


@csrf_exempt  # a mail program asks without a page of ours (RFC 8058); the link is what it may
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """End it: with one click of a mail program, or of the button here. A link that was used up says the same."""
    public_id = managed_by(token)
    if request.method == "POST":
        verbs.unsubscribe(public_id=public_id)
        return render(request, "status/unsubscribed.html")
    return render(request, "status/unsubscribe.html", {"token": token})


@require_safe
@KEEPERS
def listed(request: MemberRequest) -> HttpResponse:
    """Who is told by mail: how many, and the newest."""
    _refuse_partial(request)
    text = request.GET.get("q", "").replace("\0", "").strip()[:LONGEST_TEXT]
    found = subscribers(text=text)
    context = {"found": found, "text": text, "capped": len(found.rows) == SHOWN}
    return render(request, "settings/subscribers.html", context)


@require_POST
@KEEPERS
def removal(request: MemberRequest, public_id: uuid.UUID) -> HttpResponse:
    """Forget somebody who asked us to."""
    _refuse_partial(request)
    try:
        verbs.remove_subscriber(public_id=public_id, actor=request.member.actor)
    except NoSubscription as error:
        raise Http404("There is no such subscriber.") from error
    messages.success(request, _("The subscriber is removed."))
    return redirect("settings:subscribers")


def _refuse_partial(request: MemberRequest) -> None:
    """Subscribers are nobody's people: only who serves every organisation sees their addresses."""
    staff = request.member.staff
    if staff is None or not staff.serves_all:
        raise Http404("There is no such page.")

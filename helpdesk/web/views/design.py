"""The living page of the design system: every token and part in every state, for those who build pages.

It is there on a developer's machine and in the demo, and nowhere else: a customer's installation answers 404.
"""

from datetime import timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla.models import Severity
from tickets.due import NO_DEADLINE, PAUSED, Chip
from tickets.models import TicketState

GROUNDS = ("ground", "surface", "raised", "sunken", "hover", "field", "line", "line-strong")
INKS = ("ink", "soft", "accent", "accent-strong", "brass", "red", "amber", "green", "blue")
WASHES = ("accent-wash", "brass-wash", "red-wash", "amber-wash", "green-wash", "blue-wash", "grey-wash")
TYPE = ("2xl", "xl", "lg", "base", "md", "sm", "xs")
SPACE = ("s1", "s2", "s3", "s4", "s5", "s6", "s7")
ICONS = (
    "octagon", "triangle", "diamond", "ring", "dot", "square", "pause", "bang", "flag", "lock", "speech", "half",
    "clock", "check", "cross", "dash", "void", "down", "right", "left", "up", "plus", "menu", "more", "search", "inbox",
    "info", "warn", "good", "clip", "calendar", "person", "away", "tag", "link",
)  # fmt: skip
VERDICTS = (("met", "met"), ("breached", "breached"), ("missed", "missed"), ("void", "void"), ("pending", "running"))
ENTRIES = (
    ("public from-client", "Dewi Perera", "wrote"),
    ("public from-staff", "Nimal Silva", "answered"),
    ("internal", "Nimal Silva", "noted"),
    ("event", "Nimal Silva", "set the severity to P2 High"),
    ("event warned", "The desk", "warned the assignee"),
    ("event alarm", "The desk", "escalated to level 2"),
)


class Sample(forms.Form):
    """One of each kind of field; a copy that is bound to nothing shows what a refusal looks like."""

    subject = forms.CharField(max_length=80, help_text="What went wrong, in a few words.")
    where = forms.CharField(required=False, label="Where it happened")
    severity = forms.ChoiceField(choices=Severity.choices)
    body = forms.CharField(widget=forms.Textarea, label="Your message")
    answer = forms.ChoiceField(
        choices=[("yes", "Yes"), ("no", "No")], widget=forms.RadioSelect, label="Is there a way around it?"
    )
    agreed = forms.BooleanField(label="Tell my colleagues too")


@require_safe
@member_view("queue.read")
def design(request: MemberRequest) -> HttpResponse:
    """Every part of the pages. 404 outside development and demo."""
    if not settings.LOCAL:
        raise Http404("The parts of the pages are shown in development only.")
    zone = request.member.user.time_zone
    refused = Sample({"subject": "x" * 81}, auto_id="refused_%s")
    return render(
        request, "web/design.html", {**_tokens(), **_marks(), "zone": zone, "form": Sample(), "refused": refused}
    )


def _tokens() -> dict[str, Any]:
    return {"grounds": GROUNDS, "inks": INKS, "washes": WASHES, "sizes": TYPE, "spaces": SPACE, "icons": ICONS}


def _marks() -> dict[str, Any]:
    now = database_now()
    soon, late = now + timedelta(minutes=40), now - timedelta(hours=3)
    chips = [
        Chip(look="due", due=now + timedelta(days=2), left=timedelta(hours=19, minutes=30)),
        Chip(look="due", due=now + timedelta(days=30), left=timedelta(days=8), provisional=True),
        Chip(look="soon", due=soon, left=timedelta(minutes=40)),
        Chip(look="overdue", due=late, left=timedelta(hours=3)),
        Chip(look="overdue", due=late, left=timedelta(hours=3), amber=True),
        PAUSED,
        NO_DEADLINE,
    ]
    return {
        "severities": list(Severity.values),
        "states": [(state, False) for state in TicketState.values] + [(TicketState.RESOLVED.value, True)],
        "levels": (1, 2, 3),
        "chips": chips,
        "verdicts": VERDICTS,
        "entries": ENTRIES,
        "now": now,
        "tabs": [("Due first", "#tabs", True), ("Mine", "#tabs", False), ("Unassigned", "#tabs", False)],
    }

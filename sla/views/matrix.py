"""The escalation matrix in force, in words. Read-only."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from helpdesk.accounts.decorators import MemberRequest, member_view
from helpdesk.lib.clock import database_now
from sla import queries
from sla.listing import level_after_text, level_text, rule_text
from sla.models import Event


@member_view("settings.matrix")
@require_safe
def matrix(request: MemberRequest) -> HttpResponse:
    """Levels, rules and the version that holds now."""
    found = queries.matrix_in_force(at=database_now())
    rules = [(Event(rule.event).label, rule_text(rule, found), level_after_text(rule)) for rule in found.rules.values()]
    context = {
        "version": found.version,
        "levels": [(level, level_text(level)) for level in found.levels.values()],
        "rules": rules,
    }
    return render(request, "settings/matrix.html", context)

"""`{% status_banner %}`: what is told of the service on every page of a client."""

from typing import Any

from django import template
from django.template import Context

from status.banner import banner_of

register = template.Library()


@register.inclusion_tag("status/_banner.html", takes_context=True)
def status_banner(context: Context) -> dict[str, Any]:
    """The banner of the person who reads the page; empty for staff and strangers."""
    request = context.get("request")
    member = context.get("member")
    told = banner_of(request, member) if request is not None and member is not None else {}
    return {**told, "member": member, "csrf_token": context.get("csrf_token"), "request": request}

"""Template filters for what people are reached by."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.filter
def address(value: str) -> str | SafeString:
    """`{{ user.email|address }}`: may break after the @, so that a long address fits a narrow screen."""
    mailbox, at, domain = value.rpartition("@")
    return format_html("{}@<wbr>{}", mailbox, domain) if at else value

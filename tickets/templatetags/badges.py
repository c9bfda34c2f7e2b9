"""The badges as tags, for pages that show a few of them."""

from django import template

from tickets import badges

register = template.Library()
register.simple_tag(badges.severity_badge)
register.simple_tag(badges.state_badge)
register.simple_tag(badges.level_badge)
register.simple_tag(badges.due_badge)

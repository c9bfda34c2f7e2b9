"""Entries and messages as tags, for the few that stand outside the timeline's own list."""

from django import template
from django.template import Context
from django.utils.safestring import SafeString

from tickets.timeline.markup import TimelineMarkup, message_markup
from tickets.timeline.rows import TimelineRow

register = template.Library()
register.simple_tag(message_markup, name="message")


@register.simple_tag(takes_context=True)
def entry(context: Context, row: TimelineRow) -> SafeString:
    """`{% entry row %}`: what stands in an entry's item, on a page of its `ticket` for its `member`."""
    made = TimelineMarkup(context["ticket"].public_id, context["zone"], is_staff=context["member"].is_staff)
    return made.entry(row)

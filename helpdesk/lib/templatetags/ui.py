"""The parts of the design system that hold other markup: card, dialog and menu. What holds words only is a partial.

`{% card title="Facts" %}…{% endcard %}`. What stands inside was rendered, and escaped, by the page's own template.
"""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def card(content: SafeString, *, title: str = "", heading_id: str = "", style: str = "") -> SafeString:
    """A card, headed by `title`; with `heading_id` it is a region of that name."""
    return _part("card", content=content, title=title, heading_id=heading_id, style=style)


@register.simple_block_tag
def dialog(content: SafeString, *, id: str, title: str, style: str = "") -> SafeString:
    """A dialog with a heading and a way to close it. A button with `data-opens="<id>"` opens it."""
    return _part("dialog", content=content, id=id, title=title, style=style)


@register.simple_block_tag
def menu(content: SafeString, *, label: str, icon: str = "", button: str = "", style: str = "") -> SafeString:
    """A menu of links and buttons behind a button, open without a script. `style="start"`: it hangs from its left."""
    return _part("menu", content=content, label=label, icon=icon, button=button, style=style)


def _part(name: str, **context: object) -> SafeString:
    return render_to_string(f"partials/{name}.html", context)

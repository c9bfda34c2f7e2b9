"""How the fields of forms become markup: the common ones without a template, for a page shows dozens of them.

A choice of forty people would be eighty templates. What is written is what Django's own templates write.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.html import conditional_escape

Widget = Mapping[str, Any]


class PlainRenderer(DjangoTemplates):
    """Writes text fields, areas to type in and choices itself; every other widget is Django's template."""

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        """The markup of a widget or a form; values, labels and attributes are escaped."""
        write = _WRITERS.get(template_name)
        return super().render(template_name, context, request) if write is None else write(context["widget"])


def _attributes(widget: Widget) -> str:
    """` name="value"` for each; a true one stands alone, a false one not at all."""
    return "".join(
        f" {_text(name)}" if value is True else f' {_text(name)}="{_text(value)}"'
        for name, value in widget["attrs"].items()
        if value is not False
    )


def _text(value: Any) -> str:
    """Any value as escaped text, as it is where it is markup already."""
    return conditional_escape(value)


def _input(widget: Widget) -> str:
    value = "" if widget["value"] is None else f' value="{_text(widget["value"])}"'
    return f'<input type="{_text(widget["type"])}" name="{_text(widget["name"])}"{value}{_attributes(widget)}>'


def _textarea(widget: Widget) -> str:
    value = _text(widget["value"]) if widget["value"] else ""
    return f'<textarea name="{_text(widget["name"])}"{_attributes(widget)}>\n{value}</textarea>'


def _select(widget: Widget) -> str:
    groups = "".join(_group(name, options) for name, options, _index in widget["optgroups"])
    return f'<select name="{_text(widget["name"])}"{_attributes(widget)}>{groups}\n</select>'


def _group(name: object, options: list[Widget]) -> str:
    found = "".join(
        f'\n  <option value="{_text(one["value"])}"{_attributes(one)}>{_text(one["label"])}</option>\n'
        for one in options
    )
    return f'\n  <optgroup label="{_text(name)}">{found}\n  </optgroup>' if name else found


_WRITERS: Mapping[str, Callable[[Widget], str]] = {
    "django/forms/widgets/email.html": _input,
    "django/forms/widgets/hidden.html": _input,
    "django/forms/widgets/number.html": _input,
    "django/forms/widgets/password.html": _input,
    "django/forms/widgets/select.html": _select,
    "django/forms/widgets/text.html": _input,
    "django/forms/widgets/textarea.html": _textarea,
    "django/forms/widgets/url.html": _input,
}

"""A mail's HTML as it may be shown: cleaned, with its own pictures in it, and no other unless they are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

import nh3

from tickets.mail.balance import ATTRIBUTES, KEPT, balanced

MOST_EMBEDDED = 12_000_000  # characters of pictures that are put into one document
_STYLES = {
    "background-color", "border", "border-bottom", "border-collapse", "border-color", "border-left", "border-radius",
    "border-right", "border-spacing", "border-style", "border-top", "border-width", "color", "direction", "display",
    "font", "font-family", "font-size", "font-style", "font-weight", "height", "letter-spacing", "line-height",
    "margin", "margin-bottom", "margin-left", "margin-right", "margin-top", "max-width", "padding", "padding-bottom",
    "padding-left", "padding-right", "padding-top", "text-align", "text-decoration", "text-indent", "text-transform",
    "vertical-align", "white-space", "width", "word-break",
}  # fmt: skip
_LINK, _PICTURE = {"href"}, {"src", "alt"}
_COMMON = set(ATTRIBUTES) - _LINK - _PICTURE


@dataclass(frozen=True)
class Shown:
    """Cleaned HTML, and how many pictures of it lie elsewhere."""

    html: str
    elsewhere: int


def cleaned_mail(html: str, *, pictures: Mapping[str, str], elsewhere: bool = False) -> Shown | None:
    """The HTML of a mail without what runs, loads, sends or styles beyond itself; None where it is too large or deep.

    `pictures` are the mail's own, by content id in lower case, as `data:` addresses; others are left out, but those at
    https addresses (http is asked for as such) stand in it with `elsewhere`. Links open a window of their own.
    """
    nested = balanced(html)
    if nested is None:
        return None
    album = _Album(pictures, elsewhere=elsewhere)
    clean = nh3.clean(
        nested,
        tags=set(KEPT),
        clean_content_tags=set(),  # what is left of them by now is text
        attributes={"*": _COMMON, "a": _LINK, "img": _PICTURE},
        attribute_filter=album.filter,
        filter_style_properties=_STYLES,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        url_relative="deny",
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )
    return Shown(clean, album.seen_elsewhere)


class _Album:
    """Decides what each address and each style becomes, and counts."""

    def __init__(self, pictures: Mapping[str, str], *, elsewhere: bool) -> None:
        self.pictures = pictures
        self.elsewhere = elsewhere
        self.seen_elsewhere = 0
        self.room = MOST_EMBEDDED

    def filter(self, tag: str, attribute: str, value: str) -> str | None:
        if attribute == "style":
            return None if _reaches_out(value) else value
        if attribute == "href":
            return None if value.strip().lower().startswith("cid:") else value
        return self._picture(value.strip()) if (tag, attribute) == ("img", "src") else value

    def _picture(self, address: str) -> str | None:
        scheme, _, rest = address.partition(":")
        if scheme.lower() == "cid":
            found = self.pictures.get(unquote(rest).lower(), "")
            self.room -= len(found)
            return found if found and self.room >= 0 else None
        if scheme.lower() not in ("http", "https"):
            return None
        self.seen_elsewhere += 1
        return f"https:{rest}" if self.elsewhere else None


def _reaches_out(style: str) -> bool:
    """Whether a style may load something or hide what it is; the policy of the page would stop it a second time."""
    lower = style.lower()
    return any(sign in lower for sign in ("url", "\\", "@", "expression", "image", "<", "var("))

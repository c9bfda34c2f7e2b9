"""Where in an HTML body the quoted mail begins, by the marks that mail programs leave."""

# ruff: noqa: E501 - lists of names

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tickets.mail.markup import VOID, Tag, events
from tickets.mail.plain import html_to_text, is_quotation

# Containers of what is quoted.
CLASSES = frozenset(
    [
        "gmail_quote", "gmail_extra", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "tutanota_quote", "zmail_extra",
        "moz-cite-prefix", "moz-forward-container", "moz-email-headers-table", "outlookmessageheader", "wordsection1-quote", "hm-quote",
        "ymail_quoted", "aolmail_quote", "mailru-blockquote", "uikit-quote", "gmx_quote", "quote-header", "email_quote", "cloudhq__gmail_quote",
        "front-blockquote", "missive_quote", "freshdesk_quote", "zendesk_quote", "superhuman_quote", "spark_quote", "quoted-text", "history_container",
        "mcntcaptionblockouter-quote", "airmail_original", "replyforwardmsg", "ms-outlook-mobile-reference-message", "nylas-quote",
    ]
)  # fmt: skip
IDS = frozenset(
    [
        "divrplyfwdmsg", "appendonsend", "olk_src_body_section", "mail-editor-reference-message-container", "replysplit", "divreplyfwdmsg",
        "orig_msg", "ymail_android_quote", "yahoo_quoted", "zwchr", "mailcontentcontainer-quote", "reply-intro", "isforwardcontent",
        "qt", "stopspelling", "cwmail-quote", "lotusquote", "isreplycontent",
    ]
)  # fmt: skip
# Behind these everything is quoted, as they mark a place and hold nothing of the mail themselves.
_PLACES = frozenset(
    ["stopspelling", "divrplyfwdmsg", "divreplyfwdmsg", "appendonsend", "replysplit", "zwchr", "reply-intro"]
)
_PLACE_CLASSES = frozenset(["moz-cite-prefix", "quote-header", "outlookmessageheader", "zmail_extra_hr"])
_FORWARDS = frozenset(["moz-forward-container", "isforwardcontent", "moz-email-headers-table"])
_SIGNATURES = frozenset(
    ["gmail_signature", "moz-signature", "signature", "ms-outlook-mobile-signature", "protonmail_signature_block"]
)
_BORDER = re.compile(
    r"border(?:-top)?\s{0,3}:\s{0,3}(?:none\s{0,3};\s{0,3}border-top\s{0,3}:\s{0,3})?solid\s{1,3}#?(?:E1E1E1|B5C4DF|ccc)|border-top-color\s{0,3}:\s{0,3}rgb\(229, 229, 229\)",
    re.IGNORECASE,
)
_SIGNATURE = 600  # characters: a longer one holds what its writer typed into it
_SIGNATURE_SOURCE = 40_000  # characters of HTML
_OUR_ID = "hd-quote-"


@dataclass(frozen=True, slots=True)
class HtmlCut:
    """The quoted part begins at the offset `at`; `tail` is what is written behind it and outside of quotations."""

    at: int
    tail: str
    is_forward: bool


def find_html_cut(html: str) -> HtmlCut | None:
    """The first mark of a quotation in HTML; None where none is known."""
    following = events(html)
    found, kind, signature = _first_mark(following)
    at = len(html) if found is None else found.start
    tail = html_to_text(" ".join(_outside(found, following))) if found is not None and kind != "place" else ""
    if 0 <= signature < at <= signature + _SIGNATURE_SOURCE:
        holds_words = len(html_to_text(html[signature:at])) > _SIGNATURE
        at = at if holds_words or not html_to_text(html[:signature][-_SIGNATURE_SOURCE:]) else signature
    return HtmlCut(at, tail, kind == "forward") if at < len(html) else None


def _first_mark(following: Iterator[Tag | str]) -> tuple[Tag | None, str, int]:
    """The first element that marks a quotation, what it marks, and where the last signature before it begins (or -1)."""
    signature = -1
    for event in following:
        if isinstance(event, str) or event.closing or len(event.source) <= len(event.name) + 2:
            continue
        kind = _kind_of(event)
        if kind == "signature":
            signature = event.start
        elif kind:
            return event, kind, signature
    return None, "", signature


def _outside(mark: Tag, following: Iterator[Tag | str]) -> Iterator[str]:
    """The texts behind a mark that stand in no quotation."""
    opened = [] if mark.name in VOID else [(mark.name, True)]
    inside = len(opened)
    for event in following:
        if isinstance(event, Tag):
            inside = _step(event, opened, inside)
        elif not inside:
            yield event


def _step(event: Tag, open_names: list[tuple[str, bool]], inside: int) -> int:
    """Follow one tag behind the mark; returns how many quotations are open."""
    if event.name in VOID:
        return inside
    if not event.closing:
        quotation = bool(len(event.source) > len(event.name) + 2 and _kind_of(event) not in ("", "signature"))
        open_names.append((event.name, quotation))
        return inside + quotation
    if any(name == event.name for name, _ in open_names[-50:]):
        while open_names:
            name, quotation = open_names.pop()
            inside -= quotation
            if name == event.name:
                break
    return inside


def _kind_of(tag: Tag) -> str:
    """What an element marks: "place" (all behind it is quoted), "quote", "forward", "signature", or ""."""
    attributes = tag.attributes()
    names = set(attributes.get("class", "").lower()[:500].split())
    identity = attributes.get("id", "").lower()[:100].removeprefix("x_")
    names |= {name.removeprefix("x_") for name in names}
    if identity.startswith(_OUR_ID) or identity in _PLACES or names & _PLACE_CLASSES:
        return "place"
    if names & _FORWARDS or identity in _FORWARDS:
        return "forward"
    if (
        identity in IDS
        or names & CLASSES
        or attributes.get("name", "").lower() in ("quote", "messagereplysection")
        or (tag.name == "blockquote" and is_quotation(attributes))
    ):
        return "quote"
    if (
        tag.name == "div"
        and _BORDER.search(attributes.get("style", "")[:1000])
        and "padding" in attributes.get("style", "")
    ):
        return "place"
    if names & _SIGNATURES or identity in ("signature", "ms-outlook-mobile-signature"):
        return "signature"
    return ""

"""What a mail may belong to, told from the mail alone. Whether it does is asked of the database, by others."""

# ruff: noqa: E501 - lists of words

import re
from collections.abc import Iterator

from tickets.mail.clean import clean_line, unique
from tickets.mail.shapes import Address, Candidates, Mail, Own

_REPLIES = (
    "re|aw|antw|antwort|sv|svar|vs|ref|odp|odpověď|odpoveď|res|resp|rif|r|ynt|yan|yanıt|cevap|vá|válasz|отв|ответ|hat|на|σχετ|απ|απάντηση|"
    "תשובה|رد|回复|回覆|答复|答覆|回信|返信|답장|회신|trả lời|bls|balas|bal|atb|ats|vast|rsp|reply|réf"
)
_FORWARDS = (
    "fw|fwd|wg|tr|rv|enc|i|vb|vl|pd|továbbítás|tov|ilt|ynl|doorst|fs|пер|пересл|fwd|προωθ|πρθ|הועבר|إعادة توجيه|转发|轉寄|轉發|転送|전달|"
    "chuyển tiếp|trs|vidarebefordrat|videresendt|weitergeleitet|prosl|posr|persiųsta|redir|i"
)
_PREFIX = re.compile(
    rf"^[\s\[(]{{0,5}}(?:(?P<reply>{_REPLIES})|(?P<forward>{_FORWARDS}))\s{{0,3}}(?:[\[(^]\s{{0,2}}\d{{1,4}}\s{{0,2}}[\])]?|\d{{1,2}})?\s{{0,3}}[:：]\s{{0,9}}",
    re.IGNORECASE,
)
# The form of a ticket's number is that of the organisations' keys.
_TAG = re.compile(r"\[\s{0,3}#?([A-Z][A-Z0-9]{1,11}-[0-9]{1,10})\s{0,3}\]", re.IGNORECASE)
_TOKEN = re.compile(r"^[a-z0-9][a-z0-9._-]{7,63}$")
_BODY_TOKEN = re.compile(r"(?:\bref:[ \t]{0,3}|\bhd-quote-)([a-z0-9]{8,64})\b", re.IGNORECASE)
_PREFIXES = 12
_ALSO = 20
_BODY = 200_000  # characters in which tokens are looked for
_REPLY, _FORWARD = "reply", "forward"


def prefixes(subject: str) -> tuple[tuple[str, ...], str]:
    """The kinds of prefixes that a subject begins with ("reply", "forward"), outermost first, and the rest."""
    rest = clean_line(subject)
    kinds: list[str] = []
    for _ in range(_PREFIXES):
        tag = _TAG.match(rest)
        candidate = rest[tag.end() :].lstrip() if tag else rest
        found = _PREFIX.match(candidate[:60])
        if not found:
            break
        kinds.append(_FORWARD if found["forward"] else _REPLY)
        inner = candidate[found.end() :]
        # [Fwd: subject] closes behind it.
        rest = inner[:-1] if "[" in found[0][:3] and inner.endswith("]") and "[" not in inner else inner
        rest = f"{tag[0]} {rest}" if tag else rest
    return tuple(kinds), rest.strip()


def base_subject(subject: str) -> str:
    """The subject without `Re:`, `AW:`, `SV:` and the like, and without tickets' tags."""
    return clean_line(_TAG.sub(" ", prefixes(_TAG.sub(" ", subject))[1]))


def references_in(subject: str) -> tuple[str, ...]:
    """The tickets' numbers in a subject's tags, in capitals, the last one first: it is ours, earlier ones were quoted."""
    return unique(found.upper() for found in reversed(_TAG.findall(clean_line(subject)[:2_000])))


def candidates(mail: Mail, own: Own) -> Candidates:
    """What is to be looked up for a mail, in the order in which it counts."""
    kinds, _ = prefixes(mail.subject)
    return Candidates(
        tokens=unique(token for one in (*mail.delivered_to, *mail.to, *mail.cc) for token in _tokens(one, own)),
        message_ids=unique((*mail.in_reply_to, *reversed(mail.references))),
        body_tokens=unique(found.lower() for found in _body_tokens(mail)),
        references=references_in(mail.subject),
        base_subject=base_subject(mail.subject),
        is_reply=bool(mail.in_reply_to or mail.references) or kinds[:1] == (_REPLY,),
        is_forward=kinds[:1] == (_FORWARD,),
    )


def also_addressed(mail: Mail, own: Own) -> tuple[str, ...]:
    """The other addresses of To and Cc, in lower case, without our own and the sender's; at most 20."""
    found = unique(one.key for one in (*mail.to, *mail.cc) if one.key and not _is_ours(one, own))
    return tuple(one for one in found if one != mail.sender.key)[:_ALSO]


def _is_ours(address: Address, own: Own) -> bool:
    box = address.key.rpartition("@")[0].partition("+")[0]
    return address.domain in own.reply_domains or f"{box}@{address.domain}" in own.addresses


def _tokens(address: Address, own: Own) -> Iterator[str]:
    """What an address holds beside a mailbox of ours: the local part of a reply domain, or what follows the plus."""
    local = address.key.rpartition("@")[0]
    box, plus, detail = local.partition("+")
    if address.domain in own.reply_domains:
        token = detail if plus else local
    elif plus and f"{box}@{address.domain}" in own.addresses:
        token = detail
    else:
        return
    if _TOKEN.match(token):
        yield token


def _body_tokens(mail: Mail) -> Iterator[str]:
    for text in (mail.text, mail.html):
        yield from _BODY_TOKEN.findall(text[:_BODY])[:20]

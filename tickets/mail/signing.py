"""How mails end: words of farewell, signatures, and the signs of the devices and programs that sent them."""

from tickets.mail.phrases import CLOSING, DEVICE, PLACEHOLDER, SENT_FROM, SIGNATURE_LINE

WIDTH = 700  # characters of a line that are looked at
_SIGNATURE_LINES = 15


def is_closing(lines: list[str]) -> bool:
    """Whether these lines only close a mail: a word of farewell and a name."""
    said = [line for line in lines if line.strip()]
    return 0 < len(said) <= 4 and all(len(line) < 60 for line in said) and bool(CLOSING.match(said[0]))


def is_sent_from(line: str, *, alone: bool = False) -> bool:
    """Whether a line says which device or program the mail was sent from; one of few words may name any, `alone`."""
    if len(line) > 160 or not SENT_FROM.match(line):
        return False
    return bool(DEVICE.search(line)) or (alone and len(line.split()) <= 6)


def _above_sign(lines: list[str], end: int, *, within: int) -> int:
    """`end` without the blank lines before it, or the line of a phone's sign among the last `within` lines."""
    while end and not lines[end - 1].strip():
        end -= 1
    for back in range(1, min(within, end) + 1):
        alone = back < end and not lines[end - back - 1].strip()
        if is_sent_from(lines[end - back][:WIDTH], alone=alone and back == 1):
            return end - back
    return end


def signature_start(lines: list[str]) -> int:
    """Where the signature at the end of the writer's lines begins; their number where there is none."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or PLACEHOLDER.match(lines[end - 1][:WIDTH])):
        end -= 1
    begin = _above_sign(lines, end, within=4)
    while begin < end:
        end, begin = begin, _above_sign(lines, begin, within=1)
    for at in range(end - 1, max(-1, end - _SIGNATURE_LINES - 1), -1):
        if SIGNATURE_LINE.match(lines[at][:WIDTH]):
            return at
    return end

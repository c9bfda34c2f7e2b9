"""Which lines of a message are its writer's own and which are quoted from an earlier one. Pure; loses no line."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

_QUOTED = re.compile(r" {0,3}>")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_WROTE = re.compile(r"On\b.{4,300}\bwrote:\s*")
_ORIGINAL = re.compile(r"(?<!-)-{2,20} ?Original Message ?-{2,20}\s*", re.IGNORECASE)
_DATED = re.compile(r"\d")


class Part(NamedTuple):
    """Some lines of a message, in its order, and whether they are quoted."""

    text: str
    is_quoted: bool


def split_quotes(text: str) -> list[Part]:
    """The message in parts: what begins with ">", an "On … wrote:" before it, and what follows one to the end.

    Lines inside a fence of code are never quoted. A message that would be quoted as a whole is one part of its
    writer's own: folded, it would look as if nothing had been said.
    """
    lines = text.splitlines()
    parts = list(_grouped(lines, _quoted_lines(lines)))
    if all(part.is_quoted for part in parts):
        return [Part(text, is_quoted=False)] if text.strip() else []
    return parts


def _grouped(lines: Sequence[str], quoted: Sequence[bool]) -> Iterator[Part]:
    """Neighbours of one kind together; empty lines go with what stands before them."""
    start = 0
    for index in range(1, len(lines) + 1):
        if index == len(lines) or quoted[index] != quoted[start]:
            group = "\n".join(lines[start:index])
            if group.strip():
                yield Part(group, is_quoted=quoted[start])
            start = index


def _quoted_lines(lines: Sequence[str]) -> list[bool]:
    found, fence = [False] * len(lines), ""
    for index, line in enumerate(lines):
        if fence:
            fence = "" if _closes(line, fence) else fence
            continue
        if mark := _FENCE.match(line):
            fence = mark[1]
            continue
        if _QUOTED.match(line):
            found[index] = True
        elif not line.strip():
            found[index] = index > 0 and found[index - 1]
        elif length := _attribution(lines, index):
            after = next((one for one in lines[index + length :] if one.strip()), "")
            if _QUOTED.match(after):
                found[index : index + length] = [True] * length
            elif _DATED.search("".join(lines[index : index + length])) or _ORIGINAL.fullmatch(line):
                found[index:] = [True] * (len(lines) - index)
                break
    return found


def _closes(line: str, fence: str) -> bool:
    mark = _FENCE.match(line)
    return mark is not None and mark[1].startswith(fence) and not line.strip().strip(fence[0])


def _attribution(lines: Sequence[str], index: int) -> int:
    """How many lines from here say who wrote what follows: 0, 1, or 2 where a mail program has wrapped it."""
    if _WROTE.fullmatch(lines[index]) or _ORIGINAL.fullmatch(lines[index]):
        return 1
    if index + 1 < len(lines) and lines[index].startswith("On "):
        return 2 if _WROTE.fullmatch(f"{lines[index]} {lines[index + 1].strip()}") else 0
    return 0

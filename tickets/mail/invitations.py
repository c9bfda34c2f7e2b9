"""An invitation's text: what a reader of text/calendar is shown when the mail says nothing else."""

import re

from tickets.mail.clean import clean_line, clean_text

_LINE = re.compile(r"^([A-Za-z-]{2,30})((?:;[^:\n]{0,300})?):(.{0,4000})")
_ESCAPED = re.compile(r"\\([nN,;\\])")
_INSTANT = re.compile(r"^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z?))?")
_HEADINGS = {"CANCEL": "Cancelled", "REPLY": "Answer to an invitation", "COUNTER": "Another time is proposed"}
_LONGEST = 64 * 1024


def invitation_text(source: str) -> str:
    """The first event's summary, time, place, organiser and description, a line each; empty where it has none."""
    found: dict[str, tuple[str, str]] = {}
    unfolded = re.sub(r"\n[ \t]", "", clean_text(source[:_LONGEST]))
    inside = False
    for line in unfolded.split("\n"):
        read = _LINE.match(line)
        if read is None:
            continue
        name, params, value = read[1].upper(), read[2], read[3]
        if name == "BEGIN":
            inside = inside or value.strip().upper() in ("VEVENT", "VTODO")
        elif inside or name == "METHOD":
            found.setdefault(name, (params, value))
    heading = _HEADINGS.get(_plain(found, "METHOD").upper(), "Invitation")
    summary = _plain(found, "SUMMARY")
    if not summary and "DTSTART" not in found:
        return ""
    rows = [f"{heading}: {summary}"]
    if "DTSTART" in found:
        rows.append(f"When: {_when(found)}")
    if _plain(found, "LOCATION"):
        rows.append(f"Where: {_plain(found, 'LOCATION')}")
    if "ORGANIZER" in found:
        rows.append(f"Organiser: {re.sub('(?i)^mailto:', '', _plain(found, 'ORGANIZER'))}")
    described = _unescaped(found.get("DESCRIPTION", ("", ""))[1]).strip()
    return "\n".join(rows) + (f"\n\n{described}" if described else "")


def _plain(found: dict[str, tuple[str, str]], name: str) -> str:
    return clean_line(_unescaped(found.get(name, ("", ""))[1]))


def _unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] in "nN" else match[1], value)


def _when(found: dict[str, tuple[str, str]]) -> str:
    start, end = _instant(found["DTSTART"]), _instant(found.get("DTEND", ("", "")))
    return f"{start} to {end}" if end else start


def _instant(field: tuple[str, str]) -> str:
    params, value = field
    read = _INSTANT.match(value.strip())
    if read is None:
        return clean_line(value)
    day = f"{read[1]}-{read[2]}-{read[3]}"
    if not read[4]:
        return day
    zone = re.search(r"TZID=\"?([^;:\"]{1,60})", params)
    return f"{day} {read[4]}:{read[5]} {'UTC' if read[6] else zone[1] if zone else ''}".strip()

"""A ticket's timeline as markup: as templates its hundred entries would cost more than all the rest of the page.

What people typed is escaped here, or was cleaned by `tickets.markdown`; everything else is a constant of ours.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from typing import NamedTuple
from uuid import UUID

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.lib.instants import instant_text
from helpdesk.lib.templatetags.times import short_instant
from tickets.markdown import Passage
from tickets.timeline.rows import FileLine, MailLine, TimelinePart, TimelineRow


class _Words(NamedTuple):
    """Our words in the language in force, escaped; looked up once for all entries."""

    support: str
    client: str
    internal: str
    internal_message: str
    public_message: str
    files: str
    told: str
    by_mail: str
    unproven: str
    as_sent: str


def _words() -> _Words:
    return _Words(
        support=escape(_("Support")),
        client=escape(_("Client")),
        internal=escape(_("Internal")),
        internal_message=escape(_("Internal: the client does not see this")),
        public_message=escape(_("Public: the client sees this")),
        files=escape(_("Files")),
        told=escape(_("Told:")),
        by_mail=escape(_("By mail from")),
        unproven=escape(_("Sender not verified")),
        as_sent=escape(_("Show as sent")),
    )


@dataclass(frozen=True)
class TimelineMarkup:
    """Writes the entries of one ticket for one reader: in their zone, and with what only staff are shown."""

    public_id: UUID
    zone: str
    is_staff: bool

    @cached_property
    def _words(self) -> _Words:
        return _words()

    def items(self, parts: Sequence[TimelinePart], *, steps: str = "", earlier: str = "") -> SafeString:
        """The items of the list. After the opening stand the `steps` that lead to it, and the link to `earlier`."""
        found = [self._part(part, steps="" if index else steps) for index, part in enumerate(parts)]
        if earlier and found:
            label = escape(_("Show earlier entries"))
            found.insert(1, f'<li class="entry event"><a href="{escape(earlier)}">{label}</a></li>')
        return SafeString("\n".join(found))

    def entry(self, row: TimelineRow) -> SafeString:
        """What stands in one entry's item."""
        return SafeString(self._entry(row))

    def _part(self, part: TimelinePart, *, steps: str) -> str:
        first = part.rows[0]
        if not part.is_folded:
            return self._item(first, more=_steps(steps) if steps else "")
        many = len(part.rows)
        label = escape(ngettext("%(many)s event", "%(many)s events", many) % {"many": many})
        when = f'<time datetime="{first.at.isoformat()}">{short_instant(first.at, self.zone)}</time>'
        rows = "".join(self._item(row) for row in part.rows)
        return (
            f'<li class="entry event events"><details><summary>{label} {when}</summary>\n'
            f'<ol class="timeline">{rows}</ol></details></li>'
        )

    def _item(self, row: TimelineRow, *, more: str = "") -> str:
        entry = self._entry(row)
        return f'<li class="entry {escape(row.look)}" id="entry-{row.pk}">{entry}{more}</li>'

    def _entry(self, row: TimelineRow) -> str:
        when = f'<time datetime="{row.at.isoformat()}">{escape(instant_text(row.at, self.zone))}</time>'
        link = f'<a class="entry-link" href="#entry-{row.pk}">{when}</a>'
        head = f'<div class="entry-head">{self._who(row)}\n{link}\n{self._mark(row)}</div>\n'
        told = f"\n<small>{self._words.told} {escape(', '.join(map(str, row.told)))}</small>" if row.told else ""
        mails = "".join(f'\n<small class="mail-state">{escape(line)}</small>' for line in row.mails)
        came = self._mail(row, row.mail) if row.mail is not None else ""
        return f"{head}{_body(row)}{self._files(row.files) if row.files else ''}{came}{told}{mails}"

    def _who(self, row: TimelineRow) -> str:
        said = escape(row.said)
        if row.is_alarm:
            return f"<b>{said}</b>"
        badge = ""
        if row.side == "staff":
            badge = f'<span class="badge">{self._words.support}</span>'
        elif row.side == "client" and self.is_staff:
            badge = f'<span class="badge">{self._words.client}</span>'
        return f"<b>{escape(row.who)}</b>{badge} <span>{said}</span>"

    def _mark(self, row: TimelineRow) -> str:
        """Who else reads it, said in words."""
        if row.internal:
            label = self._words.internal_message if row.is_message else self._words.internal
            return f'<span class="mark internal-mark">{label}</span>'
        if row.is_message and self.is_staff:
            return f'<span class="mark public-mark">{self._words.public_message}</span>'
        return ""

    def _mail(self, row: TimelineRow, mail: MailLine) -> str:
        """For staff by which address it came and whether that was proven; and for all the way to how it looked."""
        said = ""
        if mail.sender:
            said = f'<span class="muted">{self._words.by_mail} {escape(mail.sender)}</span>'
            if not mail.verified:
                said += f' <span class="verdict verdict-missed">{self._words.unproven}</span>'
        if mail.has_html:
            href = escape(reverse("tickets:mail", args=(self.public_id, row.pk)))
            said += f' <a href="{href}">{self._words.as_sent}</a>'
        return f'\n<p class="came-by">{said}</p>' if said else ""

    def _files(self, files: Iterable[FileLine]) -> str:
        return f'\n<ul class="files" aria-label="{self._words.files}">{"".join(map(self._file, files))}</ul>'

    def _file(self, file: FileLine) -> str:
        href = reverse("tickets:file", args=(self.public_id, file.public_id))
        about = escape(f"{file.kind}, {filesizeformat(file.size)}")
        return (
            f'<li><a href="{escape(href)}" download>{escape(file.name)}</a> <small class="muted">{about}</small></li>'
        )


def message_markup(passages: Iterable[Passage]) -> SafeString:
    """A message of people's own: its passages are cleaned, and what is quoted or very long is folded."""
    return SafeString("".join(map(_passage, passages)))


def _body(row: TimelineRow) -> str:
    if row.is_message:
        return message_markup(row.passages)
    return f'<div class="prose">{escape(row.body)}</div>' if row.body else ""


def _passage(passage: Passage) -> str:
    text = f'<div class="markdown">{passage.html}</div>'
    if not passage.fold:
        return text
    look = "fold quoted" if passage.fold == "quote" else "fold"
    return f'<details class="{look}"><summary>{_summary(passage)}</summary>{text}</details>'


def _summary(passage: Passage) -> str:
    lines = passage.lines
    if passage.fold == "quote":
        return f'{escape(_("Quoted text"))} <span class="muted">{escape(passage.first)}</span>'
    if passage.fold == "rest":
        said = ngettext("Show the rest: %(lines)s line", "Show the rest: %(lines)s lines", lines)
    else:
        said = ngettext("Show the whole text: %(lines)s line", "Show the whole text: %(lines)s lines", lines)
    return escape(said % {"lines": lines})


def _steps(steps: str) -> str:
    label = escape(_("Steps that lead to it"))
    return f'\n<details class="fold"><summary>{label}</summary><div class="prose">{escape(steps)}</div></details>'

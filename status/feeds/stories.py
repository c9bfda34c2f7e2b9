"""What the feeds tell: each incident and each maintenance window is an entry that changes while it lasts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.lib.instants import instant_text
from status.board import Board
from status.maintenance.planned import Planned
from status.models import Incident, WindowState
from status.v2.ids import address_of, page_address
from status.zone import PAGE_ZONE

MOST = 50
UNHELD = dict.fromkeys([*range(9), 11, 12, *range(14, 32), 0xFFFE, 0xFFFF])


@dataclass(frozen=True, kw_only=True)
class Story:
    """One entry: known by `public_id` for ever, told anew as of `updated_at`."""

    public_id: UUID
    title: str
    address: str
    published_at: datetime
    updated_at: datetime
    html: SafeString


def stories_of(board: Board) -> list[Story]:
    """The newest incidents and planned maintenance, by their last change."""
    told = [*(_incident(one) for one in board.newest), *(_work(one) for one in board.planned)]
    return sorted(told, key=lambda story: story.updated_at, reverse=True)[:MOST]


def _incident(incident: Incident) -> Story:
    paragraphs = [
        (instant_text(one.display_at, PAGE_ZONE), one.get_phase_display(), one.body) for one in incident.updates.all()
    ]
    if incident.retracted_at:
        said = _("This was no incident. It was taken back: %(reason)s") % {"reason": incident.retraction}
        paragraphs.insert(0, (instant_text(incident.retracted_at, PAGE_ZONE), _("Retracted"), said))
    state = _("Retracted") if incident.is_retracted else incident.get_phase_display()
    return Story(
        public_id=incident.public_id,
        title=kept(f"{incident.title} ({state})"),
        address=address_of(reverse("status:incident", args=[incident.public_id])),
        published_at=incident.published_at or incident.created_at,
        updated_at=incident.updated_at,
        html=_told(paragraphs),
    )


def _work(work: Planned) -> Story:
    return Story(
        public_id=work.public_id,
        title=kept(f"{work.title} ({work.state.label})"),
        address=page_address(),
        published_at=work.published_at,
        updated_at=work.updated_at,
        html=format_html("<p>{}</p>", kept(work_text(work))),
    )


def work_text(work: Planned) -> str:
    """When it is, why it was cancelled, and what is done."""
    times = {"begins": instant_text(work.begins_at, PAGE_ZONE), "ends": instant_text(work.ends_at, PAGE_ZONE)}
    said = [_("From %(begins)s to %(ends)s.") % times]
    if work.state is WindowState.CANCELLED:
        said.insert(0, _("Cancelled: %(reason)s") % {"reason": work.cancellation})
    return " ".join([*said, work.body]).strip()


def _told(paragraphs: Sequence[tuple[str, str, str]]) -> SafeString:
    lines = (
        (at, state, format_html_join("", "<br>{}", ((line,) for line in kept(body).splitlines())))
        for at, state, body in paragraphs
    )
    return format_html_join("\n", "<p><b>{} · {}</b>{}</p>", lines)


def kept(text: str) -> str:
    """A text without what XML cannot hold."""
    return text.translate(UNHELD)

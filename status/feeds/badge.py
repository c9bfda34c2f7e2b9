"""A small picture of how the service stands: in words, by a shape and by a colour, so that none of them is needed."""

from uuid import UUID

from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from status.board import Board
from status.feeds.calendar import component_of
from status.standing import Standing

COLOURS = {
    Standing.OPERATIONAL: "#15703f",
    Standing.MAINTENANCE: "#1d5fa8",
    Standing.DEGRADED: "#8a5200",
    Standing.PARTIAL: "#a3420a",
    Standing.MAJOR: "#b3261e",
}
UNKNOWN, UNKNOWN_COLOUR = "unknown", "#55606a"
LETTER, SPACE = 6.6, 20  # of a bold sans-serif of 11 px, generously; and what surrounds a word


def badge(board: Board, component_id: UUID | None = None) -> bytes:
    """The badge of the service, or of one component; raises `NoSuchComponent`."""
    if component_id is None:
        return _drawn(_("ravingCRM status"), board.words, board.standing, COLOURS[board.standing])
    component = component_of(board, component_id)
    standing = next(line.standing for line in board.lines if line.component == component)
    return _drawn(component.name, str(standing.label), standing, COLOURS[standing])


def unknown_badge() -> bytes:
    """What is shown of a state that was not learnt for too long."""
    return _drawn(_("ravingCRM status"), _("Not known"), UNKNOWN, UNKNOWN_COLOUR)


def _drawn(name: str, words: str, shape: str, colour: str) -> bytes:
    left, right = round(len(name) * LETTER) + SPACE, round(len(words) * LETTER) + 2 * SPACE
    context = {
        "name": name, "words": words, "shape": shape, "colour": colour, "left": left, "right": right,
        "width": left + right, "name_at": left / 2, "mark_at": left + 13, "words_at": left + 25,
    }  # fmt: skip
    return render_to_string("status/badge.svg", context).strip().encode()

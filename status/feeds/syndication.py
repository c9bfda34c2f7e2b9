"""The history as Atom (RFC 4287) and RSS 2.0."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.translation import gettext as _

from status.board import Board
from status.feeds.stories import stories_of
from status.v2.documents import page_name
from status.v2.ids import address_of, page_address, page_id

VENDOR = "ravingCRM"


class _Dated:
    """Dated by the last change that is told, without entries too: the same content is the same document."""

    def latest_post_date(self) -> datetime:
        changed_at: datetime = self.feed["changed_at"]  # type: ignore[attr-defined]  # the feed's own dictionary
        return changed_at


class _Atom(_Dated, Atom1Feed):
    pass


class _Rss(_Dated, Rss201rev2Feed):
    pass


def atom(board: Board) -> bytes:
    """The history as an Atom feed."""
    return _written(_Atom, "status:atom", board)


def rss(board: Board) -> bytes:
    """The history as an RSS feed."""
    return _written(_Rss, "status:rss", board)


def _written(kind: Callable[..., "_Atom | _Rss"], view: str, board: Board) -> bytes:
    feed = kind(
        title=page_name(),
        link=page_address(),
        description=_("Incidents and planned maintenance, each with its story."),
        language="en",
        author_name=VENDOR,
        feed_url=address_of(reverse(view)),
        feed_guid=f"urn:uuid:{page_id()}",
        changed_at=board.changed_at,
    )
    for story in stories_of(board):
        feed.add_item(
            title=story.title,
            link=story.address,
            description=story.html,
            pubdate=story.published_at,
            updateddate=story.updated_at,
            unique_id=f"urn:uuid:{story.public_id}",
            unique_id_is_permalink=False,
        )
    return feed.writeString("utf-8").encode()

"""Who listens: the open streams of this process, by organisation. All of it belongs to one event loop."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from helpdesk.events.access import Access

HERE, AWAY = "here", "away"


class Stream:
    """One open page: whose it is, and the words that it has not been told yet, each once."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.has_ended = False
        self._untold: dict[str, None] = {}
        self._stirred = asyncio.Event()

    def tell(self, *words: str) -> None:
        """Have these words said, in their order."""
        for word in words:
            self._untold.pop(word, None)
            self._untold[word] = None
        self._stirred.set()

    def end(self) -> None:
        """Let whoever waits for words know that none will come."""
        self.has_ended = True
        self._stirred.set()

    async def words(self, *, seconds: float) -> Sequence[str]:
        """What is to be said, as soon as there is anything; empty after so many seconds, or at the end."""
        try:
            await asyncio.wait_for(self._stirred.wait(), seconds)
        except TimeoutError:
            return ()
        self._stirred.clear()
        said, self._untold = list(self._untold), {}
        return said


class Hub:
    """The streams of this process. Begins without hearing anything: `hears` says when that changes."""

    def __init__(self, *, most: int, most_per_person: int) -> None:
        self._most, self._most_per_person = most, most_per_person
        self._streams: dict[Stream, None] = {}  # the oldest first
        self._readers: defaultdict[int, set[Stream]] = defaultdict(set)
        self.is_heard = False  # whether changes are heard of at present

    def __len__(self) -> int:
        return len(self._streams)

    @property
    def is_full(self) -> bool:
        """Whether no further stream fits."""
        return len(self._streams) >= self._most

    @contextmanager
    def joined(self, access: Access) -> Iterator[Stream]:
        """A new stream, within the block. One too many of the same person's: their oldest gives way."""
        own = [stream for stream in self._streams if stream.access.person_id == access.person_id]
        for stream in own[: len(own) + 1 - self._most_per_person]:
            stream.end()
        stream = Stream(access)
        stream.tell(HERE if self.is_heard else AWAY)
        self._streams[stream] = None
        self._enter(stream)
        try:
            yield stream
        finally:
            del self._streams[stream]
            self._leave(stream)

    def admit(self, stream: Stream, access: Access) -> None:
        """From now on the stream speaks of what its person may see now."""
        if access != stream.access:
            self._leave(stream)
            stream.access = access
            self._enter(stream)

    def tell(self, organisation_id: int, word: str) -> None:
        """Something of this organisation's has changed."""
        for stream in self._readers.get(organisation_id, ()):
            stream.tell(word)

    def hears(self, heard: bool) -> None:
        """Changes are heard of again, or no longer: every page is told, and looks by itself meanwhile."""
        if heard is not self.is_heard:
            self.is_heard = heard
            for stream in self._streams:
                stream.tell(HERE if heard else AWAY)

    def end_all(self) -> None:
        """The process stops: every page comes back by itself."""
        for stream in self._streams:
            stream.end()

    def _enter(self, stream: Stream) -> None:
        for organisation_id in stream.access.organisation_ids:
            self._readers[organisation_id].add(stream)

    def _leave(self, stream: Stream) -> None:
        for organisation_id in stream.access.organisation_ids:
            readers = self._readers[organisation_id]
            readers.discard(stream)
            if not readers:
                del self._readers[organisation_id]

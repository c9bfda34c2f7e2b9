"""Who is told what, without a network: streams, organisations and bounds."""

import asyncio

from helpdesk.events.access import Access
from helpdesk.events.hub import Hub, Stream


def access(person: int, *organisations: int) -> Access:
    return Access(person, frozenset(organisations))


def said(stream: Stream) -> list[str]:
    return list(asyncio.run(stream.words(seconds=0.01)))


def test_a_stream_hears_of_its_organisations_each_word_once_and_of_no_others():
    hub = Hub(most=9, most_per_person=9)
    hub.hears(True)
    with hub.joined(access(1, 7, 8)) as wide, hub.joined(access(2, 8)) as narrow:
        assert (said(wide), said(narrow)) == (["here"], ["here"])
        for organisation in (7, 7, 9):
            hub.tell(organisation, "tickets")
        assert (said(wide), said(narrow)) == (["tickets"], [])
        hub.admit(narrow, access(2, 7))
        hub.tell(8, "tickets")
        hub.hears(False)
        assert (said(wide), said(narrow)) == (["tickets", "away"], ["away"])
    hub.tell(7, "tickets")
    assert (len(hub), said(wide)) == (0, [])


def test_the_oldest_page_of_one_person_gives_way_and_there_is_a_bound_for_all():
    hub = Hub(most=3, most_per_person=2)
    with hub.joined(access(1, 7)) as first, hub.joined(access(2, 7)) as other, hub.joined(access(1, 7)) as second:
        assert hub.is_full
        with hub.joined(access(1, 7)):
            assert (first.has_ended, second.has_ended, other.has_ended) == (True, False, False)
    assert not hub.is_full

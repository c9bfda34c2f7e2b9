"""The proof is worth what it can find: five leaks are planted, and each is found and named."""

import pytest

LEAK = "leak in the answer"


def of(report, name: str) -> dict[str, set[str]]:
    """Everything found at one route: the kind of fault to the requests that showed it."""
    found: dict[str, set[str]] = {}
    for finding in report.findings.values():
        if name in finding.where:
            found.setdefault(finding.kind, set()).add(finding.where)
    return found


def test_a_view_under_the_systems_scope_is_found(leaks):
    assert "GET leak_scope [own]" in of(leaks, "leak_scope")[LEAK]


def test_a_cache_key_without_its_organisation_is_found_in_the_answer_and_in_the_cache(leaks):
    assert "GET leak_cache [own]" in of(leaks, "leak_cache")[LEAK]
    assert ("leak in the cache", "newest-subjects") in leaks.kinds


def test_a_file_for_whoever_knows_its_id_is_found(leaks):
    assert "GET leak_file [path file_id]" in of(leaks, "leak_file")[LEAK]
    assert "GET leak_file [path file_id]" in of(leaks, "leak_file")["a foreign id answers unlike a missing one"]


def test_a_count_over_everybody_is_found(leaks):
    assert "GET leak_count [own]" in of(leaks, "leak_count")["depends on another organisation's rows"]


def test_a_foreign_id_accepted_from_a_body_is_found(leaks):
    found = of(leaks, "leak_body")
    assert "POST leak_body [field ticket=ticket]" in found["foreign rows changed"]
    assert LEAK not in found, "its answer tells nothing: only the digest of the rows does"


def test_a_route_without_a_line_among_the_fixtures_is_found(leaks):
    assert of(leaks, "leak_unlisted") == {"unlisted route": {"leak_unlisted"}}


def test_a_kwarg_that_stands_for_nothing_is_found(leaks):
    assert of(leaks, "leak_kwarg") == {"kwarg without fixture": {"leak_kwarg"}}


def test_a_route_whose_own_request_never_works_is_found(leaks):
    kind = "no working request of one's own"
    assert "any leak_useless" in of(leaks, "leak_useless")[kind]


def test_every_role_that_can_meet_the_leak_is_named(leaks):
    found = {finding.role for finding in leaks.findings.values() if finding.where == "GET leak_scope [own]"}
    assert found == {"client", "agent"}


@pytest.mark.parametrize("name", ["leak_scope", "leak_count"])
def test_nothing_is_called_a_leak_that_is_none(leaks, name):
    assert "foreign rows changed" not in of(leaks, name)

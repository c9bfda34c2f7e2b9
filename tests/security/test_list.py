"""The list of docs/security.md and the tests that name its rows say the same."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
MENTION = re.compile(r"[Rr]ows?[ _](\d+(?:(?:, and |, | and |_and_|-)\d+)*)")
WAITING = "waits for "


def listed() -> dict[int, str]:
    """What the last column says of each row."""
    found = ROW.findall((ROOT / "docs" / "security.md").read_text())
    return {int(number): told for number, _, told in found}


def numbers(words: str) -> set[int]:
    """`27-30, 34 and 36` as numbers."""
    found: set[int] = set()
    for part in re.split(r", and |, | and |_and_", words):
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def rows_named_in(path: Path) -> set[int]:
    return {number for words in MENTION.findall(path.read_text()) for number in numbers(words)}


def test_the_list_has_all_fifty_rows_once() -> None:
    text = (ROOT / "docs" / "security.md").read_text()
    assert [int(number) for number, *_ in ROW.findall(text)] == list(range(1, 51))


def test_every_row_names_its_tests_or_what_it_waits_for() -> None:
    for number, told in listed().items():
        assert told.startswith(WAITING) or re.fullmatch(r"`tests/[\w/]+\.py`(, `tests/[\w/]+\.py`)*(; .+)?", told), (
            number
        )


def test_the_named_tests_and_the_tests_that_name_a_row_are_the_same() -> None:
    """Whoever writes a test for a row names the row in it, and adds its file to the row's line."""
    promised = {number: set(re.findall(r"`(tests/[^`]+)`", told)) for number, told in listed().items()}
    written: dict[int, set[str]] = {number: set() for number in promised}
    for path in (ROOT / "tests").rglob("*.py"):
        if path != Path(__file__):
            for number in rows_named_in(path):
                written[number].add(path.relative_to(ROOT).as_posix())
    assert promised == written


def test_a_mention_is_read_in_each_of_its_forms() -> None:
    assert MENTION.findall("row 7; rows 10, 11; def test_rows_36_and_39_x; Rows 27-30 and 34") == [
        "7", "10, 11", "36_and_39", "27-30 and 34",
    ]  # fmt: skip
    assert numbers("27-30 and 34") == {27, 28, 29, 30, 34}

"""row 46: one writer of CSV files, and no cell that a spreadsheet computes."""

import ast
import csv
import io

import pytest

from helpdesk.lib.csv_export import BYTE_ORDER_MARK, cell, csv_lines
from tests.architecture.source import assert_listed, files_where, imports

WRITERS = {
    "helpdesk/lib/csv_export.py": "the one writer",
    "sla/importing/csv_list.py": "reads a list that an admin brings, and writes none",
    "helpdesk/demo/bulk/copies.py": "feeds COPY of the demo's bulk; nobody opens it in a spreadsheet",
}


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =cmd|'/c calc'!A0", "＝1", "＋1", "－1", "＠x"],
)
def test_row_46_what_looks_like_a_formula_is_text(text: str) -> None:
    """row 46: = + - @ TAB CR at the beginning, behind blanks and in full width too."""
    assert cell(text) == f"'{text}"


@pytest.mark.parametrize("value", ["ACME-142", "a=b", "", "1", "'quoted", -5, 3.5, None])
def test_harmless_cells_stay_as_they_are(value: object) -> None:
    assert cell(value) == value


def test_the_file_reads_back_as_it_was_written() -> None:
    rows = [["a,b", 'say "x"', "two\nlines", None, 7], ["=1", "ශ්‍රී", "", "x", -7]]
    text = "".join(csv_lines(["one", "two", "three", "four", "five"], iter(rows)))
    assert text.startswith(BYTE_ORDER_MARK)
    assert list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline=""))) == [
        ["one", "two", "three", "four", "five"],
        ["a,b", 'say "x"', "two\nlines", "", "7"],
        ["'=1", "ශ්‍රී", "", "x", "-7"],
    ]


def test_the_lines_come_one_by_one() -> None:
    taken: list[int] = []

    def rows() -> object:
        for number in range(1000):
            taken.append(number)
            yield [number]

    lines = csv_lines(["n"], rows())
    assert (next(lines), next(lines)) == (f'{BYTE_ORDER_MARK}"n"\r\n', '"0"\r\n')
    assert taken == [0]


def test_row_46_nothing_else_writes_csv() -> None:
    """row 46: the second writer is the one that forgets."""

    def writes_csv(tree: ast.Module) -> bool:
        return any(name == "csv" or name.startswith("csv.") for name in imports(tree))

    assert_listed(files_where(writes_csv), WRITERS, rule="files for people go through one writer")

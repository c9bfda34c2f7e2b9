"""The only writer of CSV files: what people open in a spreadsheet must not run there as a formula."""

import csv
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula, its full-width forms included.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
BYTE_ORDER_MARK = "\ufeff"  # tells spreadsheets that this is UTF-8


class _Line:
    """A file of one line: gives back what the writer writes."""

    def write(self, text: str) -> str:
        return text


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The file, line by line, the header first; every cell is quoted, and text that looks like a formula defused.

    Rows may come from a generator: nothing is held. Numbers stay numbers; None becomes an empty cell.
    """
    write = csv.writer(_Line(), quoting=csv.QUOTE_ALL).writerow
    yield BYTE_ORDER_MARK + write(header)
    for row in rows:
        yield write([cell(value) for value in row])


def cell(value: object) -> object:
    """The value as it may stand in a cell: an apostrophe before text that a spreadsheet would compute."""
    if value is None or isinstance(value, int | float):
        return value
    text = str(value)
    return f"'{text}" if text.lstrip(" ").startswith(DANGEROUS) else text

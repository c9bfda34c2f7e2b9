"""Row numbers that stand in addresses and forms."""

LONGEST = 18  # digits: more would not fit the column


def row_number(text: str) -> int | None:
    """The number that the text is; None for anything that the database could not hold as a row's."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST else None

"""Names and types of files: cleaned first, checked after; by content, never by claim."""

import unicodedata
from contextlib import suppress
from functools import partial

import pytest

from tests.architecture.source import imports, product_files, tree_of
from tests.tickets.files_of_all_kinds import NAMES, NO_NAMES, TYPES
from tests.timing import least_seconds
from tickets.files import LONGEST_NAME, SNIFFED, NameRefused, clean_name, content_type_of, kind_of, served_type

RUN_BY_BROWSERS = {"text/html", "image/svg+xml", "application/xml", "text/xml", "application/xhtml+xml"}


@pytest.mark.parametrize(("given", "clean"), NAMES)
def test_row_29_a_name_is_checked_after_it_is_cleaned(given, clean):
    """row 29: an invisible prefix, folders, control characters and over-long names."""
    assert clean_name(given) == clean
    assert clean_name(clean) == clean, "cleaning again changes nothing"


@pytest.mark.parametrize("given", NO_NAMES)
def test_row_29_a_name_of_which_nothing_is_left_is_refused(given):
    """row 29"""
    with pytest.raises(NameRefused):
        clean_name(given)


@pytest.mark.parametrize("code", [*range(0x20), 0x7F, *range(0x80, 0xA0), 0xAD, *range(0x200B, 0x2010), 0x202E, 0xFEFF])
def test_row_29_no_invisible_character_stays_wherever_it_stands(code):
    """row 29"""
    for given in (f"{chr(code)}.htaccess", f"a{chr(code)}b.txt", f"a.txt{chr(code)}"):
        name = clean_name(given)
        assert not any(unicodedata.category(char)[0] == "C" for char in name)
        assert not name.startswith(".")


def cleaned(given: str) -> None:
    with suppress(NameRefused):
        assert len(clean_name(given)) <= LONGEST_NAME


def test_a_hostile_name_costs_no_time():
    """row 48: 100 kB of what multiplies in its normal form, and of dots."""
    for given in ("\ufdfa" * 50_000, "." * 100_000, "<" * 100_000, "../" * 30_000, "e\u0301" * 50_000):
        assert least_seconds(partial(cleaned, given), below=0.1) < 0.1


@pytest.mark.parametrize(("name", "head", "content_type", "served"), TYPES)
def test_the_type_is_told_by_the_content(name, head, content_type, served):
    assert content_type_of(head, name=name) == content_type
    assert served_type(content_type) == served


def test_row_30_nothing_that_a_browser_runs_leaves_under_its_own_type():
    """row 30"""
    for kind in RUN_BY_BROWSERS | {"text/javascript", "application/javascript", "multipart/related", "text/css"}:
        assert served_type(kind) == "application/octet-stream"


def test_a_character_cut_at_the_end_of_the_first_bytes_leaves_it_a_text():
    text = ("x" * (SNIFFED - 1) + "é").encode()
    assert content_type_of(text[:SNIFFED], name="a.txt") == "text/plain"
    assert content_type_of(b"caf\xe9", name="a.txt") == "application/octet-stream", "not UTF-8"


def test_hostile_content_costs_no_time():
    """row 48"""
    for unit in (b"<!--", b"<?x ", b"<", b" ", b"\n<!---->", b"mime-version"):
        sniffed = partial(content_type_of, (unit * SNIFFED)[:SNIFFED], name="a")
        assert least_seconds(sniffed, below=0.1) < 0.1


def test_rows_27_and_28_no_code_that_renders_or_converts_files_is_part_of_the_product():
    """rows 27 and 28: no PDF, SVG or image is opened, so none can make us read a file or ask an address."""
    renderers = {"PIL", "wand", "cairosvg", "cairo", "weasyprint", "reportlab", "xhtml2pdf", "fitz", "pypdf", "imageio"}
    used = {name.split(".")[0] for file in product_files() for name in imports(tree_of(file))}
    assert used & renderers == set()
    assert "puremagic" in used, "the first bytes are looked at, and nothing else"


def test_people_read_a_type_in_a_word():
    assert [kind_of(kind) for kind in ("image/png", "application/octet-stream", "application/x-gzip")] == [
        "PNG image",
        "file",
        "x-gzip",
    ]

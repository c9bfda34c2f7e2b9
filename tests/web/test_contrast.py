"""Each ink is legible on each ground it stands on, by day and by night: measured from the tokens themselves."""

import re
from pathlib import Path

import pytest

STATIC = Path(__file__).parents[2] / "helpdesk" / "static"
TOKENS = (STATIC / "tokens.css").read_text()
SHEETS = ("base.css", "components.css", "app.css", "queue.css")
SCHEMES = ("light", "dark")
TEXT, GRAPHIC = 4.5, 3.0

GROUNDS = ("ground", "surface", "raised", "sunken", "hover", "field")
WASHES = {
    "accent": "accent-wash", "red": "red-wash", "amber": "amber-wash", "green": "green-wash", "blue": "blue-wash",
}  # fmt: skip
INKS = ("ink", "soft", "accent", "accent-strong", "red", "amber", "green", "blue", "brass")
PAIRS = [
    *((ink, ground) for ink in INKS for ground in GROUNDS),
    *WASHES.items(),
    *((ink, wash) for ink in ("ink", "soft") for wash in (*WASHES.values(), "brass-wash", "grey-wash")),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("red-ink", "red-fill"),
    ("accent", "amber-wash"),  # a link in an internal note
    ("accent", "red-wash"),
    ("accent", "blue-wash"),
    ("accent", "green-wash"),
    ("red", "accent-wash"),
    ("red", "amber-wash"),
]
EDGES = [("line-strong", ground) for ground in ("ground", "surface", "field", "raised")] + [
    (mark, ground) for mark in ("focus", "brass", "accent", "red", "amber", "green") for ground in GROUNDS
]


def colours(scheme: str) -> dict[str, str]:
    """The colour tokens of a scheme, as six hex digits."""
    found = dict(re.findall(r"--([\w-]+): #([0-9a-f]{6});", TOKENS))
    both = re.findall(r"--([\w-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\);", TOKENS)
    return found | {name: light if scheme == "light" else dark for name, light, dark in both}


def luminance(colour: str) -> float:
    """The relative luminance of WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def too_weak(pairs: list[tuple[str, str]], scheme: str, least: float) -> dict[tuple[str, str], float]:
    known = colours(scheme)
    measured = {pair: contrast(known[pair[0]], known[pair[1]]) for pair in pairs}
    return {pair: round(ratio, 2) for pair, ratio in measured.items() if ratio < least}


def test_contrast_is_measured_as_the_standard_does() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_every_text_is_legible_on_every_ground_it_may_stand_on(scheme: str) -> None:
    assert too_weak(PAIRS, scheme, TEXT) == {}


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_edges_of_controls_and_the_keyboards_ring_are_seen(scheme: str) -> None:
    assert too_weak(EDGES, scheme, GRAPHIC) == {}


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("sheet", SHEETS)
def test_every_rule_that_names_ink_and_ground_names_a_legible_pair(scheme: str, sheet: str) -> None:
    """The pairs as the style sheets have them: both tokens named side by side in one rule."""
    rules = re.findall(r"[{;][^{};]*?\bbackground: var\(--([\w-]+)\);\s*color: var\(--([\w-]+)\)", text_of(sheet))
    assert too_weak([(ink, ground) for ground, ink in rules], scheme, TEXT) == {}


def test_no_sheet_but_the_tokens_has_a_colour_of_its_own() -> None:
    """White paper in a frame, and the ink of the one mark that is filled with amber, are named where they stand."""
    found = {sheet: re.findall(r"#[0-9a-f]{3,8}\b", text_of(sheet)) for sheet in SHEETS}
    assert found == {"base.css": ["#fff"], "components.css": ["#fff", "#241600"], "app.css": [], "queue.css": []}
    assert contrast("ffffff", colours("light")["amber"]) >= TEXT
    assert contrast("241600", colours("dark")["amber"]) >= TEXT


def text_of(sheet: str) -> str:
    return (STATIC / sheet).read_text()

"""The living page of the parts: for staff, where the product is built; nowhere else."""

import re
from pathlib import Path
from typing import Any

from helpdesk.web.views import design
from tests.conftest import SignIn, World

STATIC = Path(__file__).parents[2] / "helpdesk" / "static"


def test_staff_see_every_part_in_development(world: World, signed_in: SignIn) -> None:
    page = signed_in(world.agent).get("/design/").content.decode()
    parts = (
        "sev-P1",
        "state-waiting",
        "level-3",
        "due overdue amber",
        "verdict-breached",
        "entry internal",
        "<dialog",
    )
    assert [part for part in parts if part not in page] == []


def test_a_client_is_refused_and_an_installation_has_no_such_page(
    world: World, signed_in: SignIn, settings: Any
) -> None:
    assert signed_in(world.alice).get("/design/").status_code == 403
    settings.LOCAL = False
    assert signed_in(world.agent).get("/design/").status_code == 404


def test_the_page_shows_each_token_and_icon_that_there_is() -> None:
    tokens = (STATIC / "tokens.css").read_text()
    coloured = set(re.findall(r"--([\w-]+): (?:light-dark\()?#", tokens))
    shown = {*design.GROUNDS, *design.INKS, *design.WASHES}
    assert coloured - shown == {"accent-ink", "focus", "red-fill", "red-ink"}, "shown by the parts that use them"
    assert set(re.findall(r"--text-(\w+):", tokens)) == set(design.TYPE)
    assert set(re.findall(r"--(s\d):", tokens)) == set(design.SPACE)
    icons = set(re.findall(r"--icon-([\w-]+):", (STATIC / "icons.css").read_text()))
    assert icons == set(design.ICONS)

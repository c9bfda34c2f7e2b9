"""The core of mail knows no framework, so that it runs on any bytes in any process."""

import sys

import pytest

from tests.architecture.source import imports, tree_of
from tests.architecture.test_import_line import IMPURE

PURE = ("shapes",)
LIBRARIES = {"charset_normalizer"}


@pytest.mark.parametrize("name", PURE)
def test_the_core_of_mail_imports_itself_and_what_has_no_world_outside_only(name):
    allowed = (sys.stdlib_module_names - IMPURE) | LIBRARIES | {"urllib.parse"}
    siblings = {f"tickets.mail.{other}" for other in PURE}
    foreign = {
        one
        for one in imports(tree_of(f"tickets/mail/{name}.py"))
        if one not in siblings and one.rpartition(".")[0] not in siblings and one.split(".")[0] not in allowed
    }
    assert foreign - {"tickets.mail"} == set()

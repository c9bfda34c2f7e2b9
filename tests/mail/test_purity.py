"""The core of mail knows no framework, so that it runs on any bytes in any process."""

import sys

import pytest

from tests.architecture.source import imports, tree_of
from tests.architecture.test_import_line import IMPURE

# The contract of the import line (pyproject.toml) holds them to it through other modules too.
PURE = (
    "addresses", "automatic", "bodies", "caps", "charsets", "clean", "delivery", "encoded", "files", "forwards",
    "guessing", "headers", "invitations", "markup", "parse", "phrases", "plain", "quoted_html", "signed", "signing",
    "quoting", "reply", "shapes", "spoken", "structure", "thread", "transfer", "verdict",
)  # fmt: skip


@pytest.mark.parametrize("name", PURE)
def test_the_core_of_mail_imports_itself_and_what_has_no_world_outside_only(name):
    allowed = (sys.stdlib_module_names - IMPURE) | {"urllib.parse"}
    siblings = {f"tickets.mail.{other}" for other in PURE}
    foreign = {
        one
        for one in imports(tree_of(f"tickets/mail/{name}.py"))
        if one not in siblings
        and one.rpartition(".")[0] not in siblings
        and not {one.split(".")[0], one.rpartition(".")[0]} & allowed
    }
    assert foreign - {"tickets.mail"} == set()

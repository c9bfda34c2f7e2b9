"""Rows 9, 20, 32, 37 and 38 as properties of the code: what is never written, or only in listed files with a reason."""

import ast
import re

from django.conf import settings

from tests.architecture.source import (
    ROOT,
    assert_listed,
    calls,
    files_where,
    imports,
    last_name,
    product_files,
    tree_of,
)
from tests.web.addresses import addresses

TRUSTED_MARKUP = {
    "tickets/markdown.py": "what people typed after Markdown, cleaned by nh3; the tests of markup walk it",
    "tickets/badges.py": "a badge of constants; what varies is escaped where it enters",
    "tickets/lists/queue_rows.py": "the queue's rows without a template, for speed; the tests of markup walk them too",
    "tickets/lists/rows.py": "the rows of the list of tickets, likewise",
    "tickets/timeline/markup.py": "a ticket's entries without a template, for speed; the tests of markup walk them too",
    "tickets/views/stencils.py": "forms as templates wrote them; the one text of a person that is put in is escaped",
}
WEAK = {"md5", "sha1"}


def test_row_9_no_weak_digest_and_no_guessable_number_stands_near_a_secret() -> None:
    weak = files_where(lambda tree: any(name in WEAK for name, _ in calls(tree)))
    assert weak == set()
    random = {file for file in product_files() if any(one.split(".")[0] == "random" for one in imports(tree_of(file)))}
    spreading = {
        "helpdesk/events/app.py": "spreads the return of pages over a few seconds; nobody gains by guessing it",
        "helpdesk/notifications/sending.py": "spreads retries over a few seconds; nobody gains by guessing them",
    }
    assert_listed({file for file in random if "/demo/" not in file}, spreading, rule="secrets come from `secrets`")


def test_row_20_no_form_or_serializer_takes_every_field_of_a_model() -> None:
    takers = {
        file
        for file in product_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.Assign)
        and any(last_name(target) in ("fields", "exclude") for target in node.targets)
        and (any(last_name(target) == "exclude" for target in node.targets) or is_all(node.value))
    }
    assert takers == set()


def is_all(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == "__all__"


def test_row_20_the_guard_sees_what_it_looks_for() -> None:
    [node] = ast.parse("fields = '__all__'").body
    assert isinstance(node, ast.Assign)
    assert is_all(node.value)


def test_row_32_no_code_and_no_template_calls_a_text_safe() -> None:
    makers = files_where(lambda tree: any(name in ("mark_safe", "SafeString", "html_safe") for name, _ in calls(tree)))
    assert_listed(makers, TRUSTED_MARKUP, rule="a text called safe is not escaped")
    trusted = re.compile(r"\|\s*safe\b|safeseq|autoescape\s+off")
    folders = [ROOT / "templates", *ROOT.glob("*/templates"), *ROOT.glob("helpdesk/*/templates")]
    found = {
        path.relative_to(ROOT).as_posix()
        for folder in folders
        for path in folder.rglob("*.html")
        if trusted.search(path.read_text())
    }
    assert found == set()


def test_row_37_a_text_that_people_wrote_is_never_a_format() -> None:
    """`format` on a literal only, or on an argument that each caller gives as one."""
    formats = {
        f"{file}: {ast.unparse(call.func.value)}"
        for file in product_files()
        for name, call in calls(tree_of(file))
        if name in ("format", "format_map", "vformat", "safe_substitute")
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name | ast.Attribute)
        and not last_name(call.func.value).isupper()  # a constant of the module: a literal of ours
    }
    assert_listed(formats, FORMATTED, rule="whoever writes a format reads attributes")


FORMATTED = {
    "helpdesk/accounts/views/invitations.py: said": "each view names its own sentence",
    "helpdesk/proof/browser.py: self": "a log handler's own method, no text's",
    "tickets/views/clients.py: done": "each view names its own sentence",
    "tickets/views/panel_frame.py: done": "each view names its own sentence",
    "tickets/views/verbs.py: done": "each view names its own sentence",
}


def test_row_38_no_template_is_made_of_a_text() -> None:
    makers = files_where(lambda tree: any(name in ("from_string", "Template") for name, _ in calls(tree)))
    assert makers == set()


def test_row_38_nothing_is_evaluated_and_no_setting_is_written() -> None:
    for word in ("eval", "exec", "compile", "__import__", "system", "popen", "loads_pickle"):
        found = files_where(
            lambda tree, word=word: any(name == word and not is_regex(call) for name, call in calls(tree))
        )
        assert found == set(), word
    writers = files_where(lambda tree: any(name == "setattr" and is_settings(call) for name, call in calls(tree)))
    assert writers == set()


def is_regex(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and last_name(call.func.value) == "re"


def is_settings(call: ast.Call) -> bool:
    return bool(call.args) and last_name(call.args[0]) == "settings"


def test_row_38_no_address_sets_anything_up() -> None:
    words = re.compile(r"install|setup|set-up|wizard|admin/|debug|phpinfo|console")
    assert [address.route for address in addresses() if words.search(address.route)] == []
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert settings.DEBUG is False

"""Migrations are for strangers' servers: named, complete, and free of code that will have changed by then."""

import ast
import re

import pytest
from django.core.management import call_command

from tests.architecture.source import ROOT, imports, migration_files, tree_of

IMPORTABLE = re.compile(r"(django|datetime|decimal|uuid|helpdesk\.lib\.migrations)(\.|$)")
IMPORTS_OF_CODE = {
    "helpdesk/notifications/migrations/0001_notices.py": {
        "helpdesk.notifications.models": "a column's default is a function, which Django names by its import"
    },
}


@pytest.mark.parametrize("file", migration_files())
def test_a_migration_has_a_telling_name(file):
    name = file.rpartition("/")[2].removesuffix(".py")
    assert re.fullmatch(r"\d{4}_[a-z][a-z0-9_]+", name), name
    assert "auto" not in name.split("_")


@pytest.mark.parametrize("file", migration_files())
def test_a_migration_imports_no_code_of_the_product(file):
    found = {name for name in imports(tree_of(file)) if not IMPORTABLE.match(name)}
    assert found == set(IMPORTS_OF_CODE.get(file, {}))


def test_the_list_of_exceptions_names_migrations_that_exist():
    assert set(IMPORTS_OF_CODE) <= set(migration_files())


def test_the_models_have_no_change_without_a_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.parametrize("file", migration_files())
def test_a_data_migration_can_be_taken_back_and_opens_no_scope(file):
    """A scope in a migration would bind it to code that changes; it sets the database's settings itself."""
    for node in ast.walk(tree_of(file)):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("RunPython"):
            assert len(node.args) + len(node.keywords) >= 2, f"{file}: RunPython without a way back"
    assert "system_scope" not in (ROOT / file).read_text()

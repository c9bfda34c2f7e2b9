"""The engine and the conformance runner stand alone."""

import ast
import sys
from pathlib import Path

import pytest

SLA = Path(__file__).parents[3] / "sla"
FILES = sorted([*(SLA / "engine").glob("*.py"), *(SLA / "conformance").glob("*.py")])


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_it_imports_the_standard_library_and_itself_only(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    named = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    named += [node.module or "." for node in nodes if isinstance(node, ast.ImportFrom)]
    foreign = {
        name
        for name in named
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith(("sla.engine", "sla.conformance"))
    }
    assert foreign == set()


def test_the_engine_does_not_import_the_runner():
    for path in (SLA / "engine").glob("*.py"):
        assert "sla.conformance" not in path.read_text()

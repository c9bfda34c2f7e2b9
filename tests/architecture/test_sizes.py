"""A file is read in one sitting, a function at a glance."""

import ast

import pytest

from tests.architecture.source import ROOT, product_files, tree_of

LONGEST_FILE = 400
LONGEST_FUNCTION = 60


def test_no_file_is_longer_than_a_sitting():
    lengths = {file: len((ROOT / file).read_text().splitlines()) for file in product_files()}
    assert {file: length for file, length in lengths.items() if length > LONGEST_FILE} == {}


@pytest.mark.parametrize("kind", [ast.FunctionDef, ast.AsyncFunctionDef])
def test_no_function_is_longer_than_a_glance(kind):
    found = {
        f"{file}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for file in product_files()
        for node in ast.walk(tree_of(file))
        if isinstance(node, kind)
    }
    assert {name: length for name, length in found.items() if length > LONGEST_FUNCTION} == {}

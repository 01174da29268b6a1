"""Programs of validation/ and benchmarks/ find what they import of ours, whether or not their extras are installed."""

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PROGRAMS = [path for folder in ("validation", "benchmarks") for path in sorted((ROOT / folder).rglob("*.py"))]
OURS = {path.stem for path in PROGRAMS} | {"hiphinge", "validation", "benchmarks"}


@cache
def names_defined(module):
    origin = find_spec(module).origin
    tree = ast.parse(Path(origin).read_text(encoding="utf-8"))
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            found.add(node.id)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            found |= {alias.asname or alias.name.partition(".")[0] for alias in node.names}
    return found


@pytest.mark.parametrize("path", PROGRAMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_is_imported_of_ours_is_there(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ImportFrom) or node.module.partition(".")[0] not in OURS:
            continue
        if path.parent.name == "benchmarks" and (path.parent / f"{node.module}.py").is_file():
            continue  # these are run as files, beside each other
        assert find_spec(node.module), f"{node.module} is not there"
        for alias in node.names:
            there = alias.name in names_defined(node.module) or find_spec(f"{node.module}.{alias.name}")
            assert there, f"{node.module} has no {alias.name}"

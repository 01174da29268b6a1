"""The documentation is held to the code: what is undocumented fails here."""

import importlib.util
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest

from hiphinge.records import AnalysisRecord

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def builder():
    spec = importlib.util.spec_from_file_location("build_reference", ROOT / "docs" / "build_reference.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_reference_pages_say_what_the_code_says(builder):
    stale = [
        name
        for name, text in builder.pages().items()
        if not (ROOT / "docs" / "reference" / name).is_file()
        or (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8") != text
    ]
    assert not stale, f"run: make docs (stale: {stale})"


def _records_within(kind, seen=None):
    seen = {} if seen is None else seen
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct) and kind.__name__ not in seen:
        seen[kind.__name__] = kind
        for field in msgspec.structs.fields(kind):
            _records_within(field.type, seen)
    for part in get_args(kind):
        _records_within(part, seen)
    return seen


def test_every_field_of_the_result_has_a_meaning(builder):
    page, nameless = builder.fields(), []
    for name, kind in _records_within(AnalysisRecord).items():
        section = page.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
        nameless += [
            f"{name}.{field}"
            for field in kind.__struct_fields__
            if not re.search(rf"^\| `{field}` \| `[^`]+` \| \S.* \|$", section, re.MULTILINE)
        ]
    assert not nameless


def test_links_between_documents_lead_somewhere():
    pages = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]
    links = [
        (page, target)
        for page in pages
        for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not target.startswith(("http:", "https:", "mailto:"))
    ]
    assert [f"{page.name} -> {target}" for page, target in links if not (page.parent / target).exists()] == []


def test_the_two_commands_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test"):
        assert f"make {target}" in readme
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)

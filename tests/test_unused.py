"""Nothing lies about unused: settings nobody reads, sentences nobody says, definitions nobody calls.

Names are looked for in the text of the code. A made key (`f"reason.{why}"`) counts for every key it can make out of
words that stand somewhere in code or data.
"""

import ast
import re
import tomllib
from collections import Counter
from functools import cache
from pathlib import Path

import msgspec
import pytest

import hiphinge
from hiphinge.settings import Settings

PACKAGE = Path(hiphinge.__file__).parent
ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(PACKAGE.rglob("*.py"))
PAGES = [path for ending in ("*.jinja", "*.js") for path in sorted(PACKAGE.rglob(ending))]
TOOLS = [*sorted((ROOT / "validation").rglob("*.py")), *sorted((ROOT / "docs").glob("*.py"))]
TOOLS += sorted((ROOT / "benchmarks").glob("*.py"))

CALLED_BY_OTHERS = {"get_source", "render_usage"}
"""What libraries call by name."""
FOR_TESTS = {"hip_back", "recognise", "writable"}
"""What only tests need."""
KEPT = {"licence", "referral"}
"""Fields that are there to be read by people: a model file's terms, a part of the contract."""


@cache
def tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def nodes(paths, kind):
    return (node for path in paths for node in ast.walk(tree(path)) if isinstance(node, kind))


@cache
def literals():
    """Every text that stands in the code, and every name of a field or argument, which messages may be keyed by."""
    found = {node.value for node in nodes([*CODE, *TOOLS], ast.Constant) if isinstance(node.value, str)}
    found |= {node.attr for node in nodes(CODE, ast.Attribute)}
    return found | {node.target.id for node in nodes(CODE, ast.AnnAssign) if isinstance(node.target, ast.Name)}


@cache
def names_of_data():
    """Names and values that our data files hold, besides sentences and settings."""
    found = {str(number) for number in range(6)}

    def gather(table):
        if isinstance(table, dict):
            found.update(table)
        if isinstance(table, dict | list):
            for entry in table.values() if isinstance(table, dict) else table:
                gather(entry)
        elif isinstance(table, str):
            found.add(table)

    for path in sorted((PACKAGE / "data").rglob("*.toml")):
        if path.parent.name not in {"messages", "settings"}:
            found.add(path.stem)
            gather(tomllib.loads(path.read_text(encoding="utf-8")))
    return found


@cache
def made():
    """Patterns of the keys that the code makes."""
    patterns = set()
    for node in nodes([*CODE, *TOOLS], ast.JoinedStr):
        fixed = "".join(part.value for part in node.values if isinstance(part, ast.Constant))
        if re.fullmatch(r"[\w.]*[a-z]{2,}[\w.]*", fixed):
            for any_text in ("(.*)", "(.*?)"):  # of two parts, the first as long and as short as it may be
                parts = [re.escape(part.value) if isinstance(part, ast.Constant) else any_text for part in node.values]
                patterns.add("".join(parts))
    return [re.compile(pattern) for pattern in sorted(patterns)]


@cache
def asked_for(key, deeper=2):
    """Whether code holds a key, or makes it of parts that stand somewhere; a part may be made in turn."""
    if not key or key in literals() or key in names_of_data():
        return True
    if not deeper:
        return False
    matches = filter(None, (pattern.fullmatch(key) for pattern in made()))
    return any(
        all(asked_for(part, deeper - 1) or asked_for(f"reason.{part}", deeper - 1) for part in match.groups())
        for match in matches
    )


def flat(table, prefix=""):
    for name, entry in table.items():
        if isinstance(entry, dict):
            yield from flat(entry, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}"


def keys(kind):
    return list(flat(tomllib.loads((PACKAGE / "data" / "messages" / f"{kind}en.toml").read_text(encoding="utf-8"))))


def test_every_sentence_is_said_somewhere():
    assert [key for key in keys("") if not asked_for(key)] == []


def test_every_word_of_the_report_is_used_somewhere():
    text = " ".join(path.read_text(encoding="utf-8") for path in PAGES)
    on_pages, joined = set(re.findall(r"\w+", text)), tuple(re.findall(r'"(\w+_)" ~', text))
    parts = [key.partition(".")[::2] for key in keys("report_") if not key.startswith("units.")]
    unused = [
        (section, name)
        for section, name in parts
        if name not in on_pages and not name.startswith(joined) and not asked_for(name)
    ]
    assert unused == []


@pytest.mark.parametrize("part", msgspec.structs.fields(Settings), ids=lambda part: part.name)
def test_every_setting_is_read(part):
    text = "\n".join(path.read_text(encoding="utf-8") for path in CODE if path.parent.name != "settings")
    fields = [field.name for field in msgspec.structs.fields(part.type)]
    assert [name for name in fields if not re.search(rf"\.{name}\b", text)] == []


def test_everything_defined_is_used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in [*CODE, *PAGES, *TOOLS])
    count = Counter(re.findall(r"\w+", text))
    exported = {
        node.value
        for path in CODE
        for assigned in tree(path).body
        if isinstance(assigned, ast.Assign) and getattr(assigned.targets[0], "id", "") == "__all__"
        for node in ast.walk(assigned.value)
        if isinstance(node, ast.Constant)
    }
    defined = {
        node.name: path.name
        for path in CODE
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("__")
    }
    defined |= {node.target.id: "" for node in nodes(CODE, ast.AnnAssign) if isinstance(node.target, ast.Name)}
    once = {name for name in defined if count[name] == 1 + (name in exported)}
    assert sorted(once - CALLED_BY_OTHERS - FOR_TESTS - KEPT) == []

"""Write the reference pages from the code and the data, so that they cannot drift.

python docs/build_reference.py            rewrite docs/reference
python docs/build_reference.py --check    exit 1 when a page is not what the code says
"""

import ast
import inspect
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import docstring_parser
from cyclopts import App, Parameter

from hiphinge import records, settings
from hiphinge.cli import app

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = ROOT / "docs" / "reference"
DATA = ROOT / "src" / "hiphinge" / "data"
HEAD = "<!-- written by docs/build_reference.py; edit the code or the data instead -->\n\n"


def pages() -> dict[str, str]:
    """Every reference page by file name."""
    makers: dict[str, Callable[[], str]] = {
        "commands.md": commands,
        "analysis-json.md": fields,
        "settings.md": settings_page,
        "exercises.md": exercises,
        "rules.md": rules,
        "sources.md": sources,
    }
    return {name: HEAD + maker() for name, maker in makers.items()}


def commands() -> str:
    """Every command with its own help text, from the function's docstring and signature."""
    parts = ["# Commands\n\nExit codes: 0 analysed; 1 internal error; 2 wrong usage; 3 the input cannot be read; "]
    parts.append("4 read, but not assessable; 5 model files missing. Every failure is one line on stderr.\n")
    for name, command in _walk(app, "hiphinge"):
        parts.append(f"\n## `{name}`\n\n{_help(command)}")
    return "".join(parts)


def _walk(node: App, name: str) -> Iterator[tuple[str, App]]:
    yield name, node
    for child in node:
        if not child.startswith("-"):
            yield from _walk(node[child], f"{name} {child}")


def _help(command: App) -> str:
    function = command.default_command
    if function is None:
        return f"{command.help}\n"
    text = docstring_parser.parse(function.__doc__ or "")
    meaning = {entry.arg_name: " ".join((entry.description or "").split()) for entry in text.params}
    lines = [f"{text.short_description}\n"]
    options = inspect.signature(function).parameters.values()
    if options:
        lines.append("\n" + _head("Option", "Default", "Meaning"))
        lines += [f"| `{_flag(option)}` | {_default(option)} | {meaning[option.name]} |\n" for option in options]
    return "".join(lines)


def _flag(option: inspect.Parameter) -> str:
    """How an option is written: cyclopts' own name for it, unless the annotation gives another."""
    if option.kind is not inspect.Parameter.KEYWORD_ONLY:
        return option.name.upper()
    extras = [extra for extra in getattr(option.annotation, "__metadata__", ()) if isinstance(extra, Parameter)]
    flags = [flag for extra in extras for flag in (*(extra.name or ()), *(extra.negative or ()))]
    return flags[0] if flags else f"--{option.name}"


def _default(option: inspect.Parameter) -> str:
    return "" if option.default in {inspect.Parameter.empty, None, True, False} else f"`{option.default}`"


def fields() -> str:
    """Every record of analysis.json with the meaning its own docstrings give."""
    parts = [f"# `analysis.json`\n\nSchema `{records.SCHEMA}`. Unknown is `null`; units stand in the names.\n"]
    tree = ast.parse(inspect.getsource(records))
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name != "Record":
            parts.append(f"\n## {node.name}\n\n{ast.get_docstring(node)}\n\n" + _head("Field", "Type", "Meaning"))
            parts.extend(f"| `{name}` | `{kind}` | {text} |\n" for name, kind, text in _fields(node))
    return "".join(parts)


def _fields(node: ast.ClassDef) -> Iterator[tuple[str, str, str]]:
    following = [*node.body[1:], None]
    for statement, after in zip(node.body, following, strict=True):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = ""
            if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
                text = " ".join(str(after.value.value).split())
            yield statement.target.id, ast.unparse(statement.annotation).replace("|", "or"), text


def settings_page() -> str:
    """Every setting with its value, unit, evidence and reason."""
    parts = ["# Settings\n\nDefaults, each with the kind of evidence behind it and its source.\n"]
    for name in settings.Settings.__struct_fields__:
        parts.append(f"\n## {name}\n\n" + _head("Setting", "Value", "Unit", "Evidence", "Source", "Why"))
        for key, entry in settings.entries(name).items():
            row = (f"`{key}`", entry.value, entry.unit, entry.evidence, entry.source, entry.why)
            parts.append("| " + " | ".join(str(cell) for cell in row) + " |\n")
    return "".join(parts)


def exercises() -> str:
    """Every exercise file, key by key."""
    return "# Exercises\n" + "".join(_toml_section(path) for path in sorted((DATA / "exercises").glob("*.toml")))


def rules() -> str:
    """Every rule file, rule by rule."""
    return "# Rules\n" + "".join(_toml_section(path) for path in sorted((DATA / "rules").glob("*.toml")))


def _toml_section(path: Path) -> str:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return f"\n## `{path.stem}`\n\n" + "".join(_toml_lines(content))


def _toml_lines(content: dict[str, object]) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            columns = list(dict.fromkeys(column for row in value for column in row))
            yield f"\n{key}\n\n" + _head(*columns)
            for row in value:
                yield "| " + " | ".join(_cell(row.get(column)) for column in columns) + " |\n"
        else:
            yield f"- {key}: {_cell(value)}\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        return "; ".join(f"{key} {_cell(item)}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(_cell(item) for item in value)
    return str(value).replace("|", "or").replace("\n", " ")


def sources() -> str:
    """Every source that a rule or a setting may name."""
    content = tomllib.loads((DATA / "references.toml").read_text(encoding="utf-8"))
    lines = ["# Sources\n\n" + _head("Key", "Citation", "DOI", "Note")]
    for key, entry in sorted(content.items()):
        cells = (f"`{key}`", *(_cell(entry.get(part)) for part in ("citation", "doi", "note")))
        lines.append("| " + " | ".join(cells) + " |\n")
    return "".join(lines)


def _head(*columns: str) -> str:
    return "| " + " | ".join(columns) + " |\n" + "|---" * len(columns) + "|\n"


def main() -> int:
    """Write or check the pages; 1 when a check finds an old page."""
    checking = "--check" in sys.argv[1:]
    stale = []
    for name, text in pages().items():
        path = REFERENCE / name
        if not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not checking:
                REFERENCE.mkdir(exist_ok=True)
                path.write_text(text, encoding="utf-8")
    print("\n".join(f"{'stale' if checking else 'written'}: {name}" for name in stale))
    return int(checking and bool(stale))


if __name__ == "__main__":
    sys.exit(main())

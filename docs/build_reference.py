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
from typing import get_args

import docstring_parser
import msgspec
from cyclopts import App, Parameter

from hiphinge import records, settings
from hiphinge.cli import app_in
from hiphinge.library import library
from hiphinge.library.records import Exercise
from hiphinge.messages import known, message
from hiphinge.metrics import METRICS
from hiphinge.records import (
    base,
    exercise,
    given,
    loading,
    muscles,
    rep,
    second,
    seen,
    strength,
    summary,
    supposed,
    whole,
)
from hiphinge.words import words

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
    for name, command in _walk(app_in("en"), "hiphinge"):
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
    modules = (base, given, seen, exercise, muscles, loading, supposed, rep, strength, summary, second, whole)
    for node in (node for module in modules for node in ast.parse(inspect.getsource(module)).body):
        if isinstance(node, ast.ClassDef) and node.name != records.Record.__name__:
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
    """Every exercise: what it is, from where it can be judged, usual ranges, points, muscles, ways on, signs."""
    usual = "Usual ranges are to compare with and do not judge; the [rules](rules.md) do."
    own = "A coach can add exercises or change these: [how](../how-to/own-exercises.md)."
    parts = [f"# Exercises\n\nWhat data/exercises says of each, in words. {usual} {own}\n"]
    parts += [_exercise(entry) for _, entry in sorted(library().exercises.items())]
    parts.append("\n## What signs go by\n\nBesides the metrics of analysis.json:\n\n" + _head("Feature", "Meaning"))
    parts += [f"| `{name}` | {meaning} |\n" for name, meaning in library().features.items()]
    parts.append(
        "\n## Metrics\n\nOf every repetition, for signs, usual ranges and rules:\n\n" + _head("Metric", "Unit")
    )
    parts += [f"| `{name}` | {kind.unit} |\n" for name, kind in METRICS.items()]
    return "".join(parts)


def _exercise(entry: Exercise) -> str:
    name = message(f"exercise.{entry.name}.name")
    parts = [f"\n## {name[0].upper()}{name[1:]} (`{entry.name}`)\n\n", *_facts(entry)]
    if entry.points:
        parts += ["\n", *(f"- {message(f'point.{point}')}\n" for point in entry.points)]
    if entry.rules:
        parts += ["\n" + _head("Seen from", "Can be judged"), *_judged_from(entry)]
    if entry.expected:
        parts.append("\n" + _head("Metric", "Usually", "Unit", "Evidence", "Source", "Note"))
        for metric, usual in entry.expected.items():
            span = words("en").span(usual.low, usual.high, None)
            cells = (f"`{metric}`", span, usual.unit, usual.evidence, f"`{usual.source}`", usual.note)
            parts.append("| " + " | ".join(cells) + " |\n")
    if entry.muscles:
        parts.append("\n" + _head("Muscle", *entry.phases))
        for muscle, roles in entry.muscles.items():
            done = [message(f"role.{roles[phase]}") if phase in roles else "" for phase in entry.phases]
            parts.append("| " + " | ".join((message(f"muscle.{muscle}"), *done)) + " |\n")
    if entry.signs:
        parts.append(
            "\n" + "".join(_toml_lines({"signs": [msgspec.to_builtins(sign) for sign in entry.signs]})).lstrip()
        )
    return "".join(parts)


def _facts(entry: Exercise) -> Iterator[str]:
    rows = {
        "Family": f"{entry.family}{'' if entry.coached else '; recognised, not coached'}",
        "Driven by": f"`{entry.driving_angle}`",
        "Starts": "from the floor" if entry.start == "floor" else "standing",
        "Phases": ", ".join(entry.phases),
        "Load": ", ".join(one.replace("_", " ") for one in entry.implement),
        "Tells of strength": "how a set slows, and what might be lifted once" if entry.strength else "",
        "Filmed best": entry.view.best,
        "Second clip": f"{entry.view.second}, for {', '.join(entry.view.second_shows)}" if entry.view.second else "",
        "Judged by": ", ".join(f"[`{name}`](rules.md#{name})" for name in entry.rules),
        "Easier": "; ".join(_step(step) for step in entry.regressions),
        "Leads to": "; ".join(_step(step) for step in entry.progressions),
    }
    yield from (f"- {name}: {value}\n" for name, value in rows.items() if value)


def _step(step: str) -> str:
    if step in library().exercises:
        return message(f"exercise.{step}.name")
    key = f"drill_name.{step}" if known(f"drill_name.{step}") else f"next_step.{step}.name"
    return message(key)[0].lower() + message(key)[1:]


def _judged_from(entry: Exercise) -> Iterator[str]:
    """What each view can judge, as the rules need it."""
    used = [rule for name in entry.rules for rule in library().rules[name]]
    for plane in get_args(records.Plane):
        faults = dict.fromkeys(rule.fault for rule in used if plane in rule.needs.view)
        said = ", ".join(message(f"fault.{fault}.name").lower() for fault in faults)
        yield f"| {plane} | {said or 'nothing'} |\n"


def rules() -> str:
    """Every rule file, rule by rule."""
    return "# Rules\n" + "".join(_toml_section(path) for path in sorted((DATA / "rules").glob("*.toml")))


def _toml_section(path: Path) -> str:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return f"\n## `{path.stem}`\n\n" + "".join(_toml_lines(content))


def _toml_lines(content: dict[str, object]) -> Iterator[str]:
    for key, value in content.items():
        if isinstance(value, list) and value and isinstance(value[0], dict):
            columns = list(dict.fromkeys(column for row in value for column, cell in row.items() if cell is not None))
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

"""Reading a TOML file into a record; what is wrong with it is told by file, line and field, with what is allowed."""

import re
import tomllib
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, TypeVar

import msgspec
from msgspec import inspect

from hiphinge.errors import UsageError
from hiphinge.messages import message

T = TypeVar("T")
Place = tuple[str | int, ...]
"""Where a value stands: keys of tables and places in lists (from 0), outermost first."""

_WORD: Final = r'(?:"[^"]*"|\'[^\']*\'|[\w-]+)'
_KEY: Final = re.compile(rf"\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*=")
_HEADER: Final = re.compile(rf"\s*(\[\[?)\s*({_WORD}(?:\s*\.\s*{_WORD})*)\s*\]")
_LINE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")
_AT: Final = re.compile(r" - at (`key` in )?`\$(.*?)`$")
_FIELD: Final = re.compile(r"(?:unknown|required) field `(\w+)`")
_ENUM: Final = "Invalid enum value "
_KEY_ERROR: Final = "Invalid key "
_QUOTES: Final = re.compile(r'"""|\'\'\'')
_STRING: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')


class File(NamedTuple):
    """A file by the name it is told by, with its text."""

    name: str
    text: str


def decode(file: File, kind: type[T]) -> T:
    """Read a file as a record of `kind`.

    Raises
    ------
    UsageError
        One line with file, line and field, what is wrong and what is allowed there.
    """
    content = table(file)
    try:
        return msgspec.convert(content, kind)
    except msgspec.ValidationError:
        place, reason = _first_error(content, kind)
        raise wrong(file, place, _allowed(kind, place, reason, _plainly(reason))) from None


def table(file: File) -> dict[str, Any]:
    """A file's content; UsageError with line and column where it is no TOML."""
    try:
        return tomllib.loads(file.text)
    except tomllib.TOMLDecodeError as error:
        text = str(error)
        found = _LINE.search(text)
        line = found[1] if found and found[1] else str(len(file.text.splitlines()) or 1)
        place = message("error.coach.line", line=line)
        if found and found[2]:
            place = message("error.coach.column", line=line, column=found[2])
        said = _LINE.sub("", text)
        reason = f"{said[0].lower()}{said[1:]}"
        raise UsageError(message("error.coach.toml", file=file.name, place=place, reason=reason)) from None


def wrong(file: File, place: Place, reason: str) -> UsageError:
    """The error that says what is wrong at a place of a file."""
    line = message("error.coach.line", line=line_of(file.text, place))
    where = ", ".join(part for part in (file.name, line, _spoken(place)) if part)
    return UsageError(f"{where}: {reason}")


def line_of(text: str, place: Place) -> int:
    """The line, from 1, on which a value stands; that of the table around it where the value is missing."""
    lines = {(): 1} | dict(_places(text))
    best = max((known for known in lines if known == place[: len(known)]), key=len)
    return lines[best]


def _places(text: str) -> Iterator[tuple[Place, int]]:
    """Every table and key with its line; what stands inside a value has none of its own."""
    header: Place = ()
    counts: dict[Place, int] = {}
    depth, quoted = 0, False
    for number, line in enumerate(text.splitlines(), start=1):
        if not quoted and not depth:
            if found := _HEADER.match(line):
                header = _indexed(_words(found[2]), counts, starts=found[1] == "[[")
                yield header, number
                continue
            if found := _KEY.match(line):
                yield (*header, *_words(found[1])), number
        marks = len(_QUOTES.findall(line))
        if not quoted and not marks:
            bare = _STRING.sub("", line).split("#")[0]
            depth += bare.count("[") + bare.count("{") - bare.count("]") - bare.count("}")
        quoted ^= marks % 2 == 1


def _indexed(names: Place, counts: dict[Place, int], *, starts: bool) -> Place:
    """A header's path with the places in lists of tables put in; ``[[name]]`` starts the next one."""
    path: Place = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if starts and depth == len(names) - 1:
            counts[path] = counts.get(path, -1) + 1
        if path in counts:
            path = (*path, counts[path])
    return path


def _words(dotted: str) -> Place:
    return tuple(word.strip("\"'") for word in re.findall(_WORD, dotted))


def _first_error(content: Any, kind: Any) -> tuple[Place, str]:
    """Where the first error stands and what msgspec says of it; it leaves out the keys of free tables, found here."""
    try:
        msgspec.convert(content, kind)
    except msgspec.ValidationError as error:
        text = str(error)
    else:
        return (), ""
    found = _AT.search(text)
    reason = _AT.sub("", text)
    place = _parsed(found[2]) if found else ()
    if "..." in place:
        before = place[: place.index("...")]
        inner, child = _value(content, before), _child(_kind_at(inspect.type_info(kind), before))
        for key, value in inner.items():
            try:
                msgspec.convert(value, child)
            except msgspec.ValidationError:
                within, reason = _first_error(value, child)
                return (*before, key, *within), reason
        return before, reason
    if found and found[1]:
        name = reason.removeprefix(_ENUM).strip("'")
        return (*place, name), f"{_KEY_ERROR}'{name}'"
    field = _FIELD.search(reason)
    return ((*place, field[1]) if field else place), reason


def _parsed(path: str) -> Place:
    """A path as msgspec writes it, such as ``.rule[0].margin``."""
    parts = re.findall(r"\.(\w+)|\[(\d+|\.\.\.)\]", path)
    return tuple(name or ("..." if index == "..." else int(index)) for name, index in parts)


def _value(content: Any, place: Place) -> Any:
    for part in place:
        content = content[part]
    return content


def _child(kind: inspect.Type) -> Any:
    """The type of the values of a free table."""
    if not isinstance(kind, inspect.DictType):
        return Any
    return _python(kind.value_type)


def _python(kind: inspect.Type) -> Any:
    """The Python type that a described one stands for, as far as files hold it."""
    if isinstance(kind, inspect.StructType):
        return kind.cls
    if isinstance(kind, inspect.DictType):
        return dict[_python(kind.key_type), _python(kind.value_type)]  # type: ignore[misc]
    if isinstance(kind, inspect.LiteralType):
        from typing import Literal  # noqa: PLC0415 - only to build one at run time

        return Literal[kind.values]
    return {inspect.FloatType: float, inspect.IntType: int, inspect.BoolType: bool, inspect.StrType: str}.get(
        type(kind), Any
    )


def _kind_at(kind: inspect.Type, place: Place) -> inspect.Type:
    """The described type at a place; AnyType where there is none."""
    for part in place:
        kind = _plain(kind)
        if isinstance(kind, inspect.StructType):
            kind = next((field.type for field in kind.fields if field.encode_name == part), inspect.AnyType())
        elif isinstance(kind, inspect.DictType):
            kind = kind.value_type
        elif isinstance(kind, inspect.VarTupleType | inspect.ListType):
            kind = kind.item_type
        else:
            return inspect.AnyType()
    return _plain(kind)


def _plain(kind: inspect.Type) -> inspect.Type:
    """An optional type without its None."""
    if isinstance(kind, inspect.UnionType):
        return next(one for one in kind.types if not isinstance(one, inspect.NoneType))
    return kind


_FOUND: Final = {
    "str": "text",
    "int": "whole",
    "float": "number",
    "bool": "truth",
    "array": "list",
    "object": "table",
}
"""Names of kinds under ``error.coach.kind.``."""


def _plainly(reason: str) -> str:
    """What msgspec says, in words for people."""
    if found := re.fullmatch(r"Expected `.*`, got `(\w+)`", reason):
        return message("error.coach.found", found=message(f"error.coach.kind.{_FOUND.get(found[1], 'other')}"))
    for unknown in (_ENUM, _KEY_ERROR):
        if reason.startswith(unknown):
            return message("error.coach.not_known", value=reason.removeprefix(unknown))
    if found := re.fullmatch(r"Object missing required field `(\w+)`", reason):
        return message("error.coach.missing", name=found[1])
    if found := re.fullmatch(r"Object contains unknown field `(\w+)`", reason):
        return message("error.coach.no_field", name=found[1])
    return reason


def _allowed(kind: Any, place: Place, reason: str, told: str) -> str:
    """What is wrong, `told` in words, and what may stand there."""
    described = inspect.type_info(kind)
    around = _kind_at(described, place[:-1])
    if "unknown field" in reason and isinstance(around, inspect.StructType):
        names = ", ".join(field.encode_name for field in around.fields)
        return message("error.coach.allowed", reason=told, names=names)
    if reason.startswith(_KEY_ERROR) and isinstance(around, inspect.DictType):
        return message("error.coach.give", reason=told, allowed=_said(around.key_type))
    here = _kind_at(described, place)
    said = _said(here)
    of_a_record = isinstance(here, inspect.StructType) and not reason.startswith("Expected")
    return message("error.coach.give", reason=told, allowed=said) if said and not of_a_record else told


def _said(kind: inspect.Type) -> str:
    kind = _plain(kind)
    if isinstance(kind, inspect.LiteralType):
        return message("error.coach.one_of", names=", ".join(str(value) for value in kind.values))
    if isinstance(kind, inspect.VarTupleType | inspect.ListType):
        return message("error.coach.each", item=_said(kind.item_type))
    if isinstance(kind, inspect.StructType):
        names = ", ".join(field.encode_name for field in kind.fields if field.required)
        return message("error.coach.table_with", names=names)
    names_of: dict[type[inspect.Type], str] = {
        inspect.FloatType: "number",
        inspect.IntType: "whole",
        inspect.BoolType: "truth",
        inspect.StrType: "text",
        inspect.DictType: "table",
    }
    name = names_of.get(type(kind))
    return message(f"error.coach.kind.{name}") if name else ""


def _spoken(place: Place) -> str:
    """A place in words: lists count from 1."""
    text = ""
    for part in place:
        text += f" {part + 1}" if isinstance(part, int) else f"{'.' if text else ''}{part}"
    return text

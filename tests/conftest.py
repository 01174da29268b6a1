"""What several test files share: the clip that ships with the package, and one analysis of it."""

import os
from contextlib import redirect_stderr, redirect_stdout
from importlib.resources import files
from io import StringIO
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
import pytest
from hypothesis import settings

from hiphinge import cli, people, video, weights
from hiphinge.analysis import Request
from hiphinge.errors import WeightsMissingError
from media import make_video

os.environ["LC_ALL"] = "C.UTF-8"  # commands speak the system's language: English for every test
settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")  # a change is judged by the same cases every time

DEMO = Path(str(files("hiphinge").joinpath("data", "demo", "demo.mp4")))
FIRST_REP_S = 4.8
"""The demo clip up to here: standing, one hinge, standing."""


class Told(NamedTuple):
    """What a command left behind."""

    code: int
    out: str
    err: str


class Demo(NamedTuple):
    """The demo clip analysed by the command line."""

    told: Told
    folder: Path


@pytest.fixture(scope="session")
def model_files():
    """The pose model's files; a test that needs them is skipped on a machine without."""
    try:
        return weights.model_files("full")
    except WeightsMissingError:
        pytest.skip("needs the model files: hiphinge weights fetch")


@pytest.fixture(scope="session")
def truth():
    """What the demo clip shows, by the script that rendered it."""
    return msgspec.json.decode(DEMO.with_name("demo.truth.json").read_bytes())


@pytest.fixture(scope="session")
def demo(model_files, tmp_path_factory):
    """``hiphinge demo``, run once for all tests."""
    del model_files
    out, printed, complained = tmp_path_factory.mktemp("demo"), StringIO(), StringIO()
    with redirect_stdout(printed), redirect_stderr(complained):
        code = cli.run(["demo", "--out", str(out)])
    return Demo(Told(code, printed.getvalue(), complained.getvalue()), out / "demo-hiphinge")


@pytest.fixture(scope="session")
def first_rep():
    """The demo clip's first repetition at 15 pictures a second: (72, 640, 480, 3)."""
    return np.stack([frame.image for frame in video.read_frames(DEMO, end_s=FIRST_REP_S)][::2])


@pytest.fixture(scope="session")
def first_rep_clip(first_rep, tmp_path_factory):
    return filmed(tmp_path_factory.mktemp("clip") / "hinge.mp4", first_rep)


@pytest.fixture(scope="session")
def first_rep_estimate(model_files, first_rep_clip):
    """The lifter's raw track in that clip, for tests of what comes after the pose model."""
    request = Request()
    return people.estimate_pose(
        video.probe(first_rep_clip), model_files, model=request.first_model, settings=request.settings.pose
    )


def filmed(path, pictures, *, fps=15.0, **options):
    """Write pictures (N, H, W, 3) as a clip."""
    height, width = pictures[0].shape[:2]
    return make_video(path, fps=fps, width=width, height=height, frames=len(pictures), pictures=pictures, **options)

"""The whole product on simulated clips made here: skipped without the validation extra and without the model files.

About a minute to film the first time; kept in pytest's cache until the generator changes.
"""

import hashlib
import json
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow.parquet as pq
import pytest

pytest.importorskip("anny")
pytest.importorskip("pyvista")
pytestmark = [pytest.mark.filterwarnings("ignore"), pytest.mark.weights]

import validation.simulate  # noqa: E402 - after the skips
from validation.simulate.clip import make  # noqa: E402
from validation.simulate.sample import draw  # noqa: E402

from hiphinge.analysis import Request, analyse  # noqa: E402

SIDE_PX = 360
FPS = 20.0


class Done(NamedTuple):
    """A clip's truth beside what the product said; changes and angles at the true times."""

    truth: dict
    true: dict
    analysis: object

    def measured(self, name):
        motion = self.analysis.kinematics
        return np.interp(self.true["time_s"], motion["time"].to_numpy(), motion[name].to_numpy(), np.nan, np.nan)

    def at_bottom(self, name):
        bottoms = [rep["bottom_s"] for rep in self.truth["reps"]]
        return [np.interp(bottoms, self.true["time_s"], series) for series in (self.true[name], self.measured(name))]


def lifter(index, exercise, faults, **changes):
    """Two or three repetitions from the side, small and quick, in a shirt that fits."""
    drawn = draw(11, "tune", index, largest=SIDE_PX, most_fps=FPS)
    camera = replace(drawn.camera, yaw_deg=changes.pop("yaw_deg", 5.0), width=270, height=360, shake_m=0.0)
    look = replace(drawn.look, shirt_slack_m=changes.pop("slack_m", 0.004), sleeve=0.5)
    plain = {"bystander": None, "bystander_look": None, "noise": 1.5, "blur_px": 0.0, "crf": 26, "tempo": 0.75}
    return replace(
        drawn, exercise=exercise, camera=camera, look=look, faults=faults, fps=FPS, load_kg=0.0, **plain | changes
    )


CLIPS = {
    "hinge": lifter(0, "hinge", ({}, {"lower_back_rounding": 1.1}, {})),
    "rdl": lifter(1, "rdl", ({}, {}), yaw_deg=-12.0, slack_m=0.014),
    "dowel_drill": lifter(5, "dowel_drill", ({}, {"lower_back_rounding": 0.9}), yaw_deg=8.0),
}


@pytest.fixture(scope="module", params=CLIPS)
def done(request, model_files):
    del model_files
    source = b"".join(path.read_bytes() for path in sorted(Path(validation.simulate.__file__).parent.glob("*.py")))
    source += repr(CLIPS[request.param]).encode()
    folder = (
        Path(request.config.cache.mkdir("simulated")) / f"{request.param}-{hashlib.sha256(source).hexdigest()[:12]}"
    )
    if not folder.exists():
        make(CLIPS[request.param], folder)
    table = pq.read_table(folder / "truth.parquet")
    true = {name: table[name].to_numpy() for name in table.column_names if name.endswith(("_deg", "_s"))}
    truth = json.loads((folder / "truth.json").read_text())
    return Done(truth, true, analyse(folder / "clip.mp4", Request()))


def test_every_repetition_is_found_and_none_made_up(done):
    found = [rep.bottom_s for rep in done.analysis.record.reps]
    assert len(found) == len(done.truth["reps"])
    for at, rep in zip(found, done.truth["reps"], strict=True):
        assert abs(at - rep["bottom_s"]) < 0.5


def test_the_trunk_is_within_a_few_degrees_all_the_time(done):
    error = done.measured("trunk_inclination_deg") - done.true["trunk_inclination_deg"]
    assert np.sqrt(np.nanmean(error**2)) < 6
    assert np.mean(np.isfinite(error)) > 0.9


def test_the_view_is_seen_for_what_it_is(done):
    view = done.analysis.record.view
    assert view.plane == "sagittal"
    assert view.facing == done.truth["facing"]


def test_the_back_that_rounds_is_measured_rounder_than_the_one_that_does_not(done):
    true, measured = done.at_bottom("lumbar_flexion_deg")
    rounded = np.array([bool(rep["faults"]) for rep in done.truth["reps"]])
    if not rounded.any():
        assert np.all(np.abs(measured - true) < 20)
        return
    assert np.nanmin(measured[rounded]) > np.nanmax(measured[~rounded]) + 5

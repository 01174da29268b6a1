"""What the spine is read from, and how the reading becomes columns: mirror, size, the unseen, the unsure."""

import msgspec
import numpy as np
import pytest

from hiphinge import cleaning, kinematics, spine, view
from hiphinge.outline import make_outline
from hiphinge.perceptrons import Reading, packed, read, unpacked
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import load_settings
from hiphinge.spine.angles import CHANGES, weighed
from hiphinge.spine.features import COUNT, features, posture
from hiphinge.spine.reader import OUTPUTS, reader_for
from hiphinge.synthetic import lifter_track
from lifters import hinge
from outlines import outline_of

SETTINGS = load_settings()
MIRRORED = [
    KEYPOINTS.index(name.replace("left", "R").replace("right", "left").replace("R", "right")) for name in KEYPOINTS
]


@pytest.fixture(scope="module")
def filmed():
    """A stick lifter's track with the outline of an ellipse about the trunk."""
    track = lifter_track(hinge(2), noise_px=0.0)
    return track, outline_of(track)


@pytest.fixture(scope="module")
def first(first_rep_estimate):
    """The demo clip's first repetition, as the landmark model saw it."""
    return first_rep_estimate


def measured(track, outline, **changed):
    """The motion with the spine's columns, the camera's view changed where it is told."""
    clean = cleaning.clean(track, settings=SETTINGS.cleaning)
    camera = msgspec.structs.replace(view.view_of(clean, settings=SETTINGS.view), **changed)
    facing = view.facing_over_time(clean, settings=SETTINGS.view)
    motion = kinematics.kinematics(clean, camera, settings=SETTINGS.kinematics, facing=facing)
    return spine.measure_spine(outline, motion, clean, camera, facing=facing, settings=SETTINGS.spine)


def seen(track, outline, facing=1.0):
    """Features of every frame as they were filmed."""
    edge = outline["position"].to_numpy().astype(float)
    edge = edge if facing > 0 else edge[:, ::-1]
    of = posture(track["position"].to_numpy(), edge, np.full(len(edge), facing))
    return features(of, scale_px=float(of.trunk_px.max()))


def test_every_feature_is_counted(filmed):
    assert seen(*filmed).shape[1] == COUNT


def test_a_mirrored_film_has_the_same_features(filmed):
    track, outline = filmed
    width = float(track.attrs["width"])
    flip = np.array([-1.0, 1.0])
    place = track["position"].to_numpy()[:, MIRRORED] * flip + [width, 0.0]
    edge = outline["position"].to_numpy()[:, ::-1] * flip + [width, 0.0]
    of = posture(place, edge[:, ::-1], np.full(len(place), -1.0))
    assert np.allclose(features(of, scale_px=float(of.trunk_px.max())), seen(track, outline), atol=1e-4)


def test_a_film_of_twice_the_size_has_the_same_features(filmed):
    track, outline = filmed
    of = posture(2 * track["position"].to_numpy(), 2 * outline["position"].to_numpy(), np.ones(track.sizes["time"]))
    assert np.allclose(features(of, scale_px=float(of.trunk_px.max())), seen(track, outline), atol=1e-4)


@pytest.mark.parametrize("standing", [True, False])
def test_stored_networks_read_as_they_did_before_storing(standing):
    reader = reader_for("blazepose", "full", standing=standing)
    inputs = reader.centre + np.random.default_rng(0).normal(0, 1, (50, reader.centre.size)) * reader.spread
    again = unpacked(packed(reader))
    assert np.allclose(read(again, inputs).value, read(reader, inputs).value, atol=0.05)
    assert again.about == reader.about


def test_networks_belong_to_their_own_landmark_models():
    assert reader_for("blazepose", "heavy", standing=True) is not None
    assert reader_for("another", "full", standing=True) is None


def test_the_unknown_makes_a_reading_less_sure_but_never_unknown():
    reader = reader_for("blazepose", "full", standing=True)
    inputs = np.tile(reader.centre, (2, 1))
    inputs[1, :48] = np.nan
    reading = read(reader, inputs)
    assert np.isfinite(reading.value).all()
    assert (reading.error > 0).all()


def test_somebody_unlike_all_who_were_learned_from_is_strange():
    reader = reader_for("blazepose", "full", standing=True)
    odd = reader.centre + 6 * reader.spread
    assert read(reader, odd[None]).strange[0] > SETTINGS.spine.most_strange * reader.about.unusual
    assert read(reader, reader.centre[None]).strange[0] == 0


def test_changes_are_nought_while_standing(first):
    motion = measured(first.track, first.outline).motion
    standing = motion["standing"].to_numpy() > 0
    assert motion.attrs["spine_standing"] == "clip"
    for name in CHANGES:
        assert abs(np.median(motion[f"{name}_deg"].to_numpy()[standing])) < 0.2


@pytest.mark.parametrize(
    ("name", "limit_deg"), [("lumbar_flexion", 5.0), ("thoracic_flexion", 4.0), ("head_angle", 4.0)]
)
def test_the_spine_follows_the_truth(first, truth, name, limit_deg):
    motion = measured(first.track, first.outline).motion
    true = np.interp(motion["time"], truth["time_s"], truth["angles"][f"{name}_deg"])
    away = motion[f"{name}_deg"].to_numpy() - true
    assert np.sqrt(np.mean(away**2)) < limit_deg
    assert np.mean(np.abs(away) < 1.645 * motion[f"{name}_error_deg"].to_numpy()) > 0.8


def test_without_a_silhouette_the_spine_is_not_judged_and_the_rest_stays(first):
    without = measured(first.track, None)
    assert without.motion.attrs["spine"] == "no_outline"
    assert np.isnan(without.motion["lumbar_flexion_deg"]).all()
    assert np.isfinite(without.motion["hip_flexion_deg"]).all()
    assert without.back_line is None
    assert without.rod is None


def test_from_the_front_the_spine_is_not_judged(first):
    found = measured(first.track, first.outline, plane="frontal")
    assert found.motion.attrs["spine"] == "yaw"
    assert found.rod is None
    assert np.isnan(found.motion["lumbar_flexion_deg"]).all()


def test_a_hidden_back_is_not_judged(first):
    place, sure, pixel = (first.outline[name].to_numpy().copy() for name in ("position", "confidence", "pixel_px"))
    place[:, :, 14:36], sure[:, :, 14:36] = np.nan, 0.0
    found = measured(first.track, make_outline(first.outline["time"].to_numpy(), place, sure, pixel))
    assert found.motion.attrs["spine"] == "outline_hidden"
    assert np.isnan(found.motion["lumbar_flexion_deg"]).all()


def test_sums_and_rates_follow_the_inclinations(first):
    motion = measured(first.track, first.outline).motion
    for name, (one, other) in {"hip_flexion": ("trunk", "thigh"), "knee_flexion": ("thigh", "shank")}.items():
        total = motion[f"{one}_inclination_deg"] + motion[f"{other}_inclination_deg"]
        assert np.allclose(motion[f"{name}_deg"], total, atol=1e-6)
    rate = np.gradient(motion["hip_flexion_deg"].to_numpy(), motion["time"].to_numpy())
    assert np.allclose(motion["hip_flexion_rate"], rate, atol=1e-6)


def reading_of(lumbar, thoracic, *, lumbar_error=9.0, thoracic_error=8.9):
    """One moment read so, everything else nought."""
    value, error = np.zeros((1, len(OUTPUTS))), np.ones((1, len(OUTPUTS)))
    value[0, :2], error[0, :2] = (lumbar, thoracic), (lumbar_error, thoracic_error)
    return Reading(value, error, np.zeros(1))


def test_an_extended_upper_back_is_weighed_against_how_little_upper_backs_extend():
    found = weighed(reading_of(25.0, -16.0), SETTINGS.spine).value[0]
    assert found[1] == pytest.approx(-8.0)  # prior and error alike: halfway
    assert found[0] == pytest.approx(25.0 - 0.5 * 9.0 * 8.9 * 16.0 / (2 * 8.9**2))


def test_a_rounded_upper_back_is_left_as_it_was_read():
    assert weighed(reading_of(25.0, 16.0), SETTINGS.spine).value[0, :2].tolist() == [25.0, 16.0]


def test_outputs_name_the_contracts_columns():
    assert set(CHANGES) <= set(OUTPUTS)


def test_it_is_said_what_the_spine_was_judged_by(first):
    judged = spine.judged_by(measured(first.track, first.outline))
    assert (judged.rod, judged.reference, judged.not_judged) == ("virtual", "clip", None)
    unseen = spine.judged_by(measured(first.track, None))
    assert (unseen.rod, unseen.reference, unseen.not_judged) == (None, None, "no_outline")

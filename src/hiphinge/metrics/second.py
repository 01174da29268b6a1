"""What a second clip shows from side to side: the knees, the hips over the feet, the tilt of shoulders and hands.

Unknown where there is no second clip: the series are its alone.
"""

from hiphinge.metrics.window import UNKNOWN, Estimate, Measure, Window, at, held


def knee_ankle_ratio(window: Window) -> Estimate:
    """The least distance of the knees, held a moment, over that of the ankles; on both feet only."""
    return UNKNOWN if window.rep.side != "both" else held(window, "knee_ankle_ratio", sign=-1.0)


def knees_inward(window: Window) -> Estimate:
    """How far both knees come in from where they stand, held a moment, share of the ankles' distance."""
    return UNKNOWN if window.rep.side != "both" else held(window, "knees_inward")


def knee_inward_of(side: str) -> Measure:
    """Metric: how far (deg) one leg bends inward at the knee, held a moment; of a leg that stands."""

    def inward(window: Window) -> Estimate:
        return held(window, f"{side}_knee_inward") if window.rep.side in {"both", side} else UNKNOWN

    return inward


def stance_knee_inward(window: Window) -> Estimate:
    """How far (deg) the standing leg bends inward at the knee, held a moment; on one leg only."""
    return UNKNOWN if window.rep.side == "both" else held(window, f"{window.rep.side}_knee_inward")


def weight_shift(window: Window) -> Estimate:
    """The hips' middle from over the feet's at the bottom, fraction of stature, + to the lifter's left."""
    return UNKNOWN if window.rep.side != "both" else _at_bottom(window, "weight_shift")


def tilt_of(name: str) -> Measure:
    """Metric: a line's tilt (deg) at the bottom, + the left end higher."""
    return lambda window: _at_bottom(window, name)


def _at_bottom(window: Window, name: str) -> Estimate:
    return at(window, name, window.rep.bottom_s, width_s=window.settings.hold_s)

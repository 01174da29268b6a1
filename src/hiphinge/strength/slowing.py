"""How much a set slows: the last repetition's speed against the fastest one's, with the error of the comparison.

Speeds of like repetitions differ by a relative error r (`speed_repeat_error`). The fastest of n is partly the fastest
by chance: where K come within three errors of it, its expected excess is r·Φ⁻¹((K − 3/8) / (K + 1/4)) (Blom 1958), and
that is taken off. The loss and its standard error are

    L = 1 − v_last / v_fastest,    σ = √2 · r · (1 − L).
"""

import math
from typing import Final

from hiphinge.geometry import expected_largest
from hiphinge.records import Metric, Rep, VelocityLoss
from hiphinge.settings import StrengthSettings
from hiphinge.strength.work import SPEED

RIVALS_WITHIN: Final = 3.0
"""Errors within which a repetition might as well be the fastest."""


def velocity_loss(reps: tuple[Rep, ...], *, settings: StrengthSettings) -> VelocityLoss | None:
    """Compare the last complete repetition with the fastest; None where too few speeds are known, or not the last.

    Parameters
    ----------
    reps : repetitions of one exercise, with the metric `mid_load_speed`.
    """
    whole = [rep for rep in reps if rep.complete]
    speeds = {rep.index: one.value for rep in whole if (one := rep.metrics.get(SPEED)) is not None and one.value}
    if len(speeds) < settings.loss_reps_least or whole[-1].index not in speeds:
        return None
    last, fastest = whole[-1].index, max(speeds, key=lambda index: speeds[index] or 0.0)
    known = [speed for speed in speeds.values() if speed]
    repeat, top = settings.speed_repeat_error, max(known)
    rivals = sum(speed >= top * (1 - RIVALS_WITHIN * repeat) for speed in known)
    steady = top * (1 - repeat * expected_largest(rivals))
    kept = (speeds[last] or 0.0) / steady
    loss, error = 1 - kept, math.sqrt(2) * repeat * kept
    return VelocityLoss(
        fastest=fastest,
        last=last,
        loss=Metric(value=round(loss, 3), error=round(error, 3), unit="1"),
        verdict="slower" if last != fastest and loss > settings.loss_sure * error else "cannot_tell",
    )

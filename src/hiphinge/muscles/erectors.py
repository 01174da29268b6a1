"""The erectors of the spine: by what they lengthened, and what they pulled with."""

import numpy as np

from hiphinge.geometry import Floats
from hiphinge.muscles.actions import Change
from hiphinge.muscles.model import muscle_model
from hiphinge.records import LengthChange, Sex, Span
from hiphinge.settings import KineticsSettings


def lengthening(bent: Change) -> LengthChange:
    """Length change of the erectors from a change of lumbar flexion (deg), by long, middle and short strands."""
    slope = muscle_model().erector_per_deg
    low, high = sorted((slope.low * bent.value, slope.high * bent.value))
    return LengthChange(value=slope.best * bent.value, error=slope.best * bent.error, low=low, high=high)


def extensor_force(moment: Floats, sex: Sex | None, settings: KineticsSettings) -> Span | None:
    """Greatest pull of all that extends the low back, N, from moments (T, 3) in N·m at L5/S1: F = M / d.

    Moment and arm are unsure each by themselves: their bounds add in quadrature, as logarithms. Passive tissue of a
    bent back holds some of it for the erectors. None where no moment is known, or none extends.
    """
    known = np.isfinite(moment).all(axis=-1)
    if not known.any():
        return None
    low, best, high = moment[int(np.where(known, moment[:, 1], -np.inf).argmax())]
    if not best > 0:
        return None
    women = settings.arm_women
    shares = {"f": (women, women, women), "m": (1.0, 1.0, 1.0)}.get(sex or "", (women, (1 + women) / 2, 1.0))
    least, own, most = np.array([settings.arm_least_m, settings.arm_m, settings.arm_most_m]) * shares
    down = np.hypot(np.log(best / np.clip(low, best / 100, best)), np.log(most / own))
    up = np.hypot(np.log(max(high, best) / best), np.log(own / least))
    force = best / own
    return Span(low=float(force * np.exp(-down)), best=float(force), high=float(force * np.exp(up)))

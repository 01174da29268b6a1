"""One posture held still: the same equations with nothing accelerating."""

from typing import Final

import numpy as np

from hiphinge.kinetics.body import Body
from hiphinge.kinetics.bounds import Back, Bounds, Drawn, Posed, drawn
from hiphinge.kinetics.chain import LoadAt, Places
from hiphinge.kinetics.draws import Draws
from hiphinge.settings import KineticsSettings, load_slice

UNSEEN: Final = Back()

__all__ = ["Back", "Body", "Bounds", "LoadAt", "static_draws", "static_loads"]


def static_loads(
    places: Places,
    body: Body,
    load: LoadAt | None = None,
    *,
    back: Back = UNSEEN,
    balanced: bool = True,
    settings: KineticsSettings | None = None,
) -> dict[str, Bounds]:
    """Give what the joints hold in one posture, low, best and high.

    Parameters
    ----------
    places : joints (2,) as in `chain`, metres forward and up of the standing ankle.
    body : whose body; its stature's error scales the places.
    load : what is carried, its `place` (2,) m and `mass_kg` in kilograms.
    back : the lumbosacral disc's inclination and lumbar flexion, as far as they are known.
    balanced : drop draws in which the lifter would fall over; not for postures that are not about standing.

    Returns
    -------
    Bounds by name: `ankle_moment_nm`, `knee_moment_nm`, `hip_moment_nm`, `l5s1_moment_nm` (N·m), `l5s1_compression_n`,
    `l5s1_shear_n`, `ground_reaction_n` (N) and `centre_of_pressure_m`. Where the body's mass is unknown, N·m/kg and
    body weights.

    Raises
    ------
    ValueError
        Where hardly a draw stands on its feet; `static_draws` tells how many do.
    """
    settings = settings or load_slice("kinetics", KineticsSettings)
    found = static_draws(places, body, load, back=back, settings=settings)
    if not balanced:
        found = found._replace(stands=np.ones_like(found.stands))
    if found.kept < settings.least_kept:
        raise ValueError("the posture falls over")
    values = found.values | {"centre_of_pressure_m": found.centre_of_pressure}
    return {name: Bounds(*(float(one[0]) for one in found.bounds(value, settings))) for name, value in values.items()}


def static_draws(
    places: Places,
    body: Body,
    load: LoadAt | None = None,
    *,
    back: Back = UNSEEN,
    settings: KineticsSettings | None = None,
) -> Drawn:
    """As `static_loads`, every draw of it, (N, 1) each.

    Draw k has the same body and the same errors in every posture, so two postures of one lifter are compared by
    `other.values[name][both] / one.values[name][both]`, `both` being the draws that stand in both.
    """
    settings = settings or load_slice("kinetics", KineticsSettings)
    posed = Posed(
        places={name: np.asarray(place, dtype=np.float64)[None, None] for name, place in places.items()},
        load=None if load is None else load._replace(place=np.asarray(load.place, dtype=np.float64)[None, None]),
        back=back,
    )
    return drawn(posed, body, Draws(settings.draws, settings.seed), settings)

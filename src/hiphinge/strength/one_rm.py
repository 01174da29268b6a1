"""The most that could be lifted once, from how often a load was lifted: seven formulae side by side, never one of them.

Each is a fit to other people's sets that ended where no further repetition was possible. They differ by more than the
sets they were made from allow to choose between, so the range over all is given, each by name. With the load w (any
unit) and r repetitions:

==========  =========================================
Epley       w (1 + r/30)
Brzycki     36 w / (37 − r)
Lombardi    w r^0.10
O'Conner    w (1 + 0.025 r)
Wathan      100 w / (48.8 + 53.8 e^(−0.075 r))
Mayhew      100 w / (52.2 + 41.9 e^(−0.055 r))
Lander      100 w / (101.3 − 2.67123 r)
==========  =========================================

All under-estimate deadlifts, and they scatter beyond ten repetitions (LeSuer et al. 1997).
"""

import math
from collections.abc import Callable, Mapping
from typing import Final

Formula = Callable[[float, int], float]


def epley(load: float, reps: int) -> float:
    """Epley 1985."""
    return load * (1 + reps / 30)


def brzycki(load: float, reps: int) -> float:
    """Brzycki 1993."""
    return 36 * load / (37 - reps)


def lombardi(load: float, reps: int) -> float:
    """Lombardi 1989."""
    return load * float(reps**0.10)


def o_conner(load: float, reps: int) -> float:
    """O'Conner and others 1989."""
    return load * (1 + 0.025 * reps)


def wathan(load: float, reps: int) -> float:
    """Wathan 1994."""
    return 100 * load / (48.8 + 53.8 * math.exp(-0.075 * reps))


def mayhew(load: float, reps: int) -> float:
    """Mayhew and others 1992."""
    return 100 * load / (52.2 + 41.9 * math.exp(-0.055 * reps))


def lander(load: float, reps: int) -> float:
    """Lander 1985."""
    return 100 * load / (101.3 - 2.67123 * reps)


FORMULAE: Final[Mapping[str, Formula]] = {
    "Epley": epley,
    "Brzycki": brzycki,
    "Lombardi": lombardi,
    "O'Conner": o_conner,
    "Wathan": wathan,
    "Mayhew": mayhew,
    "Lander": lander,
}
"""By the name they are known by."""


def by_formula(load: float, reps: int) -> dict[str, float]:
    """What every formula says, in the load's unit, by its name.

    Raises
    ------
    ValueError
        For no repetition, or more than the formulae were made for could hold: a bug, not a user's mistake.
    """
    if not 1 <= reps < 37:
        raise ValueError(f"{reps} repetitions")
    return {name: formula(load, reps) for name, formula in FORMULAE.items()}

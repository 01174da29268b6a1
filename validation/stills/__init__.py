"""Stills of simulated people, the school of what is learned: what every file of them has in common."""

from typing import Final

SEED: Final = 1
MOMENTS: Final = 12
"""Stills of one person by one camera."""
STANDING: Final = 2
"""Of these, how many show the person upright; they come first."""
YAW_DEG: Final = 45.0
"""The cameras stand within this of the side."""
WIDE_FROM: Final = 10000
"""Files numbered from here show person N − WIDE_FROM in postures that no lift asks for."""


def person_of(number: int) -> int:
    """The simulated person whom a file shows; two files of one person are kept together when learning."""
    return number % WIDE_FROM

"""The landmark model's systematic errors: how their correction is learned from simulated people."""

from typing import Final

SEED: Final = 1
MOMENTS: Final = 8
"""Stills of one person by one camera."""
STANDING: Final = 2
"""Of these, how many show the person upright; they come first."""
YAW_DEG: Final = 45.0
"""The cameras stand within this of the side."""

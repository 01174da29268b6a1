"""What the networks of the spine give, and which they are: recipe, data and figures in docs/explanation/spine.md."""

from typing import Final

from hiphinge.perceptrons import Reader, kept_reader

OUTPUTS: Final = ("lumbar_flexion", "thoracic_flexion", "pelvic_tilt", "head_angle", "trunk", "thigh", "shank")
"""Degrees: the first four are changes from the person's own standing, the others what is to be added to the
inclinations of the landmarks' trunk, thigh and shank."""


def reader_for(estimator: str, model: str, *, standing: bool) -> Reader | None:
    """Give the networks for a landmark model, with the person seen standing or without; None where there are none."""
    return kept_reader(f"spine_{estimator}{'' if standing else '_no_standing'}", model)

"""What a clip cuts off at its ends: somebody who is bent there, in what may be a repetition that nobody can count."""

import numpy as np

from hiphinge.exercises import exercises
from hiphinge.geometry import interval_of
from hiphinge.kinematics import Kinematics
from hiphinge.messages import message
from hiphinge.records import Rep
from hiphinge.reps import depth_deg
from hiphinge.settings import RepSettings


def cut_off(motion: Kinematics, reps: tuple[Rep, ...], exercise: str, *, settings: RepSettings) -> tuple[str, ...]:
    """Say where the clip begins or ends in a bend that is no repetition, in words.

    A cut repetition whose turn was seen is counted as cut and not meant here. Lifts that start at the floor begin and
    end bent: nothing is cut off there; nor is what is not coached spoken of.

    Parameters
    ----------
    motion : the whole clip; depth is degrees of hip flexion from standing, + folded.
    reps : every repetition that was found.
    exercise : what most of them are.
    """
    depth, time_s = depth_deg(motion, settings=settings), motion["time"].to_numpy()
    seen = np.flatnonzero(np.isfinite(depth))
    known = exercises()[exercise]
    if known.start == "floor" or not known.coached or not seen.size:
        return ()
    near_s = interval_of(time_s)
    return tuple(
        message(f"warning.{which}_bent")
        for which, at in (("begins", seen[0]), ("ends", seen[-1]))
        if depth[at] >= settings.lone_cut_depth_deg
        and not any(rep.start_s - near_s <= time_s[at] <= rep.end_s + near_s for rep in reps)
    )

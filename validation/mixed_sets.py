"""Two exercises in one clip: pairs of simulated clips, one track after the other, told apart or not.

    python -m validation.mixed_sets --sim DIR... [--most N]

Both lifters are seen from the side and face the same way; the second is brought to the first one's size and place, so
that the clip looks like one person's. Only landmarks are joined: no outline, no rod, so drills are left out. Right is a
pair whose two sets carry the two names that the clips have alone, with the change between the right repetitions.
"""

import argparse
import json
from itertools import permutations
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hiphinge import cleaning, kinematics, metrics, recognition, reps, view
from hiphinge.body import middle
from hiphinge.pose import PoseTrack, make_track
from hiphinge.settings import load_settings
from validation import tracks

DRILLS = ("wall_drill", "dowel_drill")
SIDE_DEG = 20.0


class Clip(NamedTuple):
    exercise: str
    facing: str
    track: PoseTrack
    name: str


def clips(folder: Path) -> list[Clip]:
    found = []
    for truth in sorted(folder.glob("*/truth.json")):
        about, track = json.loads(truth.read_text()), truth.with_name(tracks.TRACK)
        usable = about["yaw_deg"] <= SIDE_DEG and about["exercise"] not in DRILLS and "@" not in truth.parent.name
        if usable and track.is_file():
            found.append(Clip(about["exercise"], about["facing"], tracks.load(track).track, truth.parent.name))
    return found


def joined(one: PoseTrack, two: PoseTrack) -> PoseTrack:
    """The second track after the first, at its size and place."""
    places = [track["position"].to_numpy() for track in (one, two)]
    sizes = [np.nanmedian(np.linalg.norm(middle(p, "shoulder") - middle(p, "ankle"), axis=1)) for p in places]
    feet = [np.nanmedian(middle(p, "ankle"), axis=0) for p in places]
    places[1] = feet[0] + (places[1] - feet[1]) * sizes[0] / sizes[1]
    times = [track["time"].to_numpy() for track in (one, two)]
    step = float(np.median(np.diff(times[0])))
    rest = [np.concatenate([one[name].to_numpy(), two[name].to_numpy()]) for name in ("world", "confidence")]
    return make_track(
        np.concatenate([times[0], times[1] - times[1][0] + times[0][-1] + step]),
        np.concatenate(places),
        *rest,
        width=one.attrs["width"],
        height=one.attrs["height"],
        estimator=one.attrs["estimator"],
        model=one.attrs["model"],
    )


def told(track: PoseTrack) -> recognition.Told:
    settings = load_settings()
    clean = cleaning.clean(track, settings=settings.cleaning)
    seen_from = view.view_of(clean, settings=settings.view)
    facing = view.facing_over_time(clean, settings=settings.view)
    motion = kinematics.kinematics(clean, seen_from, settings=settings.kinematics, facing=facing)
    found = metrics.measure(motion, reps.find_reps(motion, settings=settings.reps), seen_from)
    return recognition.tell_apart(motion, found, seen_from, hints=recognition.Hints(rod=False))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sim", type=Path, nargs="+", required=True)
    parser.add_argument("--most", type=int, default=40, help="pairs to try")
    given = parser.parse_args()
    single = [clip for folder in given.sim for clip in clips(folder)]
    alone = {clip.name: told(clip.track) for clip in single}
    pairs = [
        (one, two)
        for one, two in permutations(single, 2)
        if one.facing == two.facing and alone[one.name].exercise.name != alone[two.name].exercise.name
    ]
    chosen = [pairs[k] for k in np.random.default_rng(0).permutation(len(pairs))[: given.most]]
    right = 0
    for one, two in chosen:
        answer = told(joined(one.track, two.track))
        wanted = [alone[clip.name].exercise.name for clip in (one, two)]
        split = len(alone[one.name].reps)
        names = [part.exercise.name for part in answer.sets]
        good = names == wanted and abs(len(answer.sets[0].reps) - split) <= 1
        right += good
        said = ", ".join(f"{part.exercise.name} {part.reps[0]}-{part.reps[-1]}" for part in answer.sets)
        print(f"{'ok ' if good else 'BAD'} {wanted[0]} x{split}, {wanted[1]} x{len(alone[two.name].reps)} -> {said}")
    print(
        f"{right} of {len(chosen)} pairs told apart; single clips kept whole: "
        f"{sum(len(answer.sets) == 1 for answer in alone.values())} of {len(alone)}"
    )


if __name__ == "__main__":
    main()

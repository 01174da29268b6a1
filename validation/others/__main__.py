"""What of many kinds of movement is judged as a hinge, and how hinges fare beside them.

    python -m validation.others --split tune|report [--each 12] [--kind NAME…] [--page FILE]

Every clip is a stick person drawn by a seed of its split: proportions, tempo, way of moving, camera and landmark
errors are random. Landmarks alone: no picture, so no rod and no outline. *From the side* is within 20° of yaw, *from an
angle* 20-60°.
"""

import argparse
import zlib
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hiphinge import people
from hiphinge.analysis import Request, assess
from hiphinge.errors import NotAssessableError
from hiphinge.exercises import exercises
from hiphinge.records import RecordingInfo
from validation.others.kinds import HINGES, OTHERS
from validation.others.stick import film
from validation.recognition import write

SPLITS = {"tune": 1, "report": 3}
SIDE_DEG, MOST_DEG = 20.0, 60.0


class Said(NamedTuple):
    kind: str
    hinge: bool
    view: str
    name: str
    graded: bool
    confidence: float
    why: str

    @property
    def judged(self) -> bool:
        """Whether it was judged as a hinge of some kind."""
        return self.name != "refused" and self.graded and exercises()[self.name].coached


def said(kind: str, seed: int, split: str) -> Said:
    """Film one and ask which exercise it is."""
    rng = np.random.default_rng([SPLITS[split], zlib.crc32(kind.encode()), seed])
    view = "side" if seed % 2 == 0 else "oblique"
    yaw = float(rng.uniform(0, SIDE_DEG) if view == "side" else rng.uniform(SIDE_DEG, MOST_DEG))
    hinge = kind in HINGES
    track = film((HINGES if hinge else OTHERS)[kind](rng), rng, yaw_deg=yaw)
    time_s = track["time"].to_numpy()
    span = float(time_s[-1])
    info = RecordingInfo(
        path=kind, sha256="", width=track.attrs["width"], height=track.attrs["height"], frames=time_s.size,
        fps=(time_s.size - 1) / span, duration_s=span, variable_rate=False, rotation_deg=0,
    )  # fmt: skip
    try:
        record = assess(people.PoseEstimate(track, 1, 1, outline=None), info, Request()).record
    except NotAssessableError as error:
        return Said(kind, hinge, view, "refused", graded=False, confidence=0.0, why=str(error))
    guess = record.exercise
    others = " ".join(f"{one.name} {one.confidence:.2f}" for one in guess.alternatives)
    return Said(kind, hinge, view, guess.name, guess.graded, guess.confidence, f"{len(record.reps)} reps, {others}")


def tables(found: list[Said]) -> str:
    """Markdown: all, a line for each kind of which one was not right, others and hinges apart; the rest by name."""
    rows = [
        "| Movement | judged as a hinge, side | from an angle | asked about | what it was called |",
        "|---|---|---|---|---|",
    ]
    rest = []
    for hinges, title in ((False, "**All that are no hinge**"), (True, "**All hinges**")):
        mine = [one for one in found if one.hinge == hinges]
        if mine:
            rows.append(_row(title, mine))
            kinds = {kind: [one for one in mine if one.kind == kind] for kind in _kinds(mine)}
            rows += [_row(_plain(kind), ones) for kind, ones in kinds.items() if not _right(ones)]
            names = ", ".join(_plain(kind) for kind, ones in kinds.items() if _right(ones))
            rest.append(f"{'Never judged as a hinge' if not hinges else 'Always'}: {names}.")
    return "\n".join([*rows, "", "\n\n".join(rest)])


def _right(found: list[Said]) -> bool:
    return all(one.judged == one.hinge for one in found)


def _plain(kind: str) -> str:
    return kind.replace("_", " ")


def _kinds(found: list[Said]) -> list[str]:
    return list(dict.fromkeys(one.kind for one in found))


def _row(title: str, found: list[Said]) -> str:
    cells = []
    for view in ("side", "oblique"):
        mine = [one for one in found if one.view == view]
        cells.append(f"{sum(one.judged for one in mine)} of {len(mine)}" if mine else "")
    asked = sum(not one.graded and one.name != "refused" for one in found)
    names = Counter(one.name if one.graded or one.name == "refused" else f"{one.name}?" for one in found)
    called = ", ".join(f"{name} {count}" for name, count in names.most_common(5))
    return f"| {title} | {cells[0]} | {cells[1]} | {asked} | {called} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", choices=tuple(SPLITS), default="tune")
    parser.add_argument("--each", type=int, default=12, help="clips of each kind")
    parser.add_argument("--kind", nargs="*", default=[*OTHERS, *HINGES])
    parser.add_argument("--page", type=Path)
    given = parser.parse_args()
    found = [said(kind, seed, given.split) for kind in given.kind for seed in range(given.each)]
    for one in found:
        if one.judged != one.hinge:
            print(f"{one.kind:18}{one.view:8}{one.name:18}{one.confidence:.2f} {one.why}", flush=True)
    print(tables(found))
    if given.page:
        write(given.page, f"others {given.split}", tables(found))


if __name__ == "__main__":
    main()

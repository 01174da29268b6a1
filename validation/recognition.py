"""Which exercise is taken for which: the product's names against the truth, on simulated people and on real clips.

    python -m validation.recognition --sim DIR... --keep DIR               simulated clips (folders with truth.json)
    python -m validation.recognition --labels clips.csv --clips DIR --tracks DIR --keep DIR [--split tune|report]
    … --swings DIR       pose tracks of swings (shared/data/swing), as real clips
    … --page FILE --part NAME     writes the tables into a page, between its marks of that part

A clip labelled with several exercises, such as ``deadlift|squat``, is right with any of them. A wall drill is right as
`hinge` too: the wall does not show. Of what is labelled `other` or `squat`, a clip that is refused or asked about is
right as well, for it is not graded. Everything from a kept track on is the product's own doing.
"""

import argparse
import csv
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from hiphinge import people, video
from hiphinge.analysis import Request, assess
from hiphinge.errors import NotAssessableError
from hiphinge.exercises import exercises
from hiphinge.settings import load_settings
from validation import tracks
from validation.rep_counts import info_of, swing_track
from validation.rods import sightings

OBLIQUE_FROM_DEG = 20.0
SWINGS = {
    "swing-sample": "kettlebell_swing",
    "swing-sample-4reps": "kettlebell_swing",
    "igor-1h-swing": "kettlebell_swing",
    "pistol-squat-sample": "squat|other",
}


class Case(NamedTuple):
    """One clip with its truth."""

    name: str
    label: str
    view: str
    clip: Path | None
    track: Path
    kind: str


class Outcome(NamedTuple):
    """What was said of it; `said` is `refused` where nothing could be assessed."""

    case: Case
    said: str
    confidence: float
    graded: bool
    why: str

    @property
    def verdict(self) -> str:
        """`right`, `asked` (the user is asked for the name), or `wrong`."""
        labels = set(self.case.label.split("|"))
        if "wall_drill" in labels:
            labels.add("hinge")
        graded_as_hinge = self.graded and self.said != "refused" and exercises()[self.said].coached
        if self.said in labels and self.graded:
            return "right"
        if not any(exercises()[label].coached for label in labels):
            return "wrong" if graded_as_hinge or (self.graded and self.said != "refused") else "right"
        return "wrong" if self.said == "refused" or self.graded else "asked"


def simulated(folder: Path) -> Iterator[Case]:
    for truth in sorted(folder.glob("*/truth.json")):
        about = json.loads(truth.read_text())
        track = truth.with_name(tracks.TRACK)
        if track.is_file() and "@" not in truth.parent.name:
            view = "side" if about["yaw_deg"] <= OBLIQUE_FROM_DEG else "oblique"
            name = f"{folder.name}_{truth.parent.name}"
            yield Case(name, about["exercise"], view, truth.with_name("clip.mp4"), track, "simulated")


def labelled(labels: Path, clips: Path, kept: Path, split: str) -> Iterator[Case]:
    tuned = set(tomllib.loads(Path(__file__).with_name("splits.toml").read_text())["tune"])
    for row in csv.DictReader(labels.open(encoding="utf-8")):
        stem = row["clip"].removesuffix(".mp4").replace("/", "__")
        track = kept / f"{stem}.track.npz"
        if track.is_file() and (row["clip"] in tuned) == (split == "tune"):
            view = {"sagittal": "side"}.get(row["view"], "oblique")
            yield Case(stem, row["exercise"], view, clips / row["clip"], track, "real")


def swings(folder: Path) -> Iterator[Case]:
    for name, label in SWINGS.items():
        yield Case(name, label, "side", None, folder / f"{name}.posetrack.json.gz", "pose track")


def outcome(case: Case, keep: Path) -> Outcome:
    settings = load_settings()
    stripes = None
    if case.clip is None:
        track = swing_track(case.track)
        seen = people.PoseEstimate(track, 1, 1, outline=None)
        info = info_of(case.name, track)
    else:
        seen, info = tracks.load(case.track), video.probe(case.clip)
        stripes = sightings(case.clip, seen.track, keep / f"{case.name}.npz", settings=settings.spine)
    try:
        record = assess(seen, info, Request(), stripes=stripes).record
    except NotAssessableError as error:
        return Outcome(case, "refused", 0.0, graded=False, why=str(error))
    said = record.exercise
    others = " ".join(f"{one.name} {one.confidence:.2f}" for one in said.alternatives)
    sets = f" {len(record.sets)} sets" if len(record.sets) > 1 else ""
    return Outcome(case, said.name, said.confidence, said.graded, f"{others}{sets}")


def tables(found: list[Outcome]) -> str:
    """Markdown: how many are right, and which is taken for which, from the side and from an angle."""
    sure = load_settings().coaching.sure_of_exercise
    parts = [
        (
            "| Clips | view | right | not graded, asked for the name | wrong | of these told as a guess"
            " | others judged as a hinge |\n|---|---|---|---|---|---|---|"
        )
    ]
    for kind in dict.fromkeys(one.case.kind for one in found):
        for view in ("side", "oblique"):
            mine = [one for one in found if (one.case.kind, one.case.view) == (kind, view)]
            if mine:
                count = Counter(one.verdict for one in mine)
                foreign = [one for one in mine if not any(exercises()[n].coached for n in one.case.label.split("|"))]
                judged = sum(one.graded and one.said != "refused" and exercises()[one.said].coached for one in foreign)
                guesses = sum(one.verdict == "wrong" and one.confidence < sure for one in mine)
                parts.append(
                    f"| {kind} | {view} | {count['right']} of {len(mine)} ({count['right'] / len(mine):.0%}) |"
                    f" {count['asked']} | {count['wrong']} | {guesses} | {judged} of {len(foreign)} |"
                )
    for view in ("side", "oblique"):
        mine = [one for one in found if one.case.view == view]
        if mine:
            parts.append(f"\nFrom {'the side' if view == 'side' else 'an angle'}; in brackets: asked for the name.\n")
            parts.append(_matrix(mine))
    return "\n".join(parts)


def _matrix(found: list[Outcome]) -> str:
    labels = [*exercises(), *sorted({one.case.label for one in found})]
    labels = [label for label in dict.fromkeys(labels) if any(one.case.label == label for one in found)]
    said = [name for name in [*exercises(), "refused"] if any(one.said == name for one in found)]
    rows = ["| truth \\ said | " + " | ".join(said) + " |", "|---|" + "---|" * len(said)]
    for label in labels:
        cells = []
        for name in said:
            sure = sum(
                one.case.label == label and one.said == name and (one.graded or name == "refused") for one in found
            )
            asked = sum(one.case.label == label and one.said == name and not one.graded for one in found)
            asked = 0 if name == "refused" else asked
            cells.append(" ".join(filter(None, (str(sure) if sure else "", f"({asked})" if asked else ""))))
        rows.append(f"| {label.replace('|', ' or ')} | " + " | ".join(cells) + " |")
    return "\n".join(rows)


def write(page: Path, part: str, text: str) -> None:
    """Put the tables between the marks of a part of the page."""
    start, end = f"<!-- {part} -->\n", f"<!-- end of {part} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(start)
    _, _, after = rest.partition(end)
    page.write_text(f"{before}{start}{text}\n{end}{after}", encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sim", type=Path, nargs="*", default=[], help="folders of simulated clips")
    parser.add_argument("--labels", type=Path, help="labels of real clips")
    parser.add_argument("--clips", type=Path, help="folder of the real clips")
    parser.add_argument("--tracks", type=Path, help="folder of their kept tracks, CLIP.track.npz")
    parser.add_argument("--split", choices=("tune", "report"), default="tune", help="which real clips")
    parser.add_argument("--swings", type=Path, help="folder of pose tracks of swings")
    parser.add_argument("--keep", type=Path, required=True, help="where stripes are kept")
    parser.add_argument("--page", type=Path)
    parser.add_argument("--part", default="tune")
    given = parser.parse_args()
    cases = [case for folder in given.sim for case in simulated(folder)]
    if given.labels:
        cases += labelled(given.labels, given.clips, given.tracks, given.split)
    if given.swings:
        cases += swings(given.swings)
    found = []
    for case in cases:
        found.append(one := outcome(case, given.keep))
        print(
            f"{one.verdict:6} {case.view:8}{case.label:18}{case.name[-34:]:35} -> "
            f"{one.said} {one.confidence:.2f} {'' if one.graded else 'ASKS'} {one.why[:90]}",
            flush=True,
        )
    print(tables(found))
    if given.page:
        write(given.page, given.part, tables(found))


if __name__ == "__main__":
    main()

"""Which clips belong to a set, and rendering those that are missing."""

import subprocess
import sys
import time
import tomllib
from pathlib import Path
from typing import Any, NamedTuple

from validation.simulate.recipes import LEARNED_FROM, RECIPES, folder_of

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "explanation" / "accuracy.md"
REFILMED = "@2"
"""End of the folder's name of a clip's second camera."""


class Part(NamedTuple):
    """A run of clip numbers drawn alike."""

    first: int
    count: int
    largest: int
    most_fps: float


class ClipSet(NamedTuple):
    """The clips of one set: a split of a recipe."""

    split: str
    seed: int
    refilmed: int
    models: int
    parts: tuple[Part, ...]
    recipe: str = "plain"

    @property
    def folder(self) -> str:
        """Where its clips are, under the working folder."""
        return folder_of(self.recipe, self.split)

    @property
    def count(self) -> int:
        """How many clips, without those filmed again."""
        return sum(part.count for part in self.parts)

    def first(self, most: int) -> "ClipSet":
        """The same set, its first `most` clips alone."""
        parts = [
            part._replace(count=min(part.count, most - sum(before.count for before in self.parts[:k])))
            for k, part in enumerate(self.parts)
        ]
        return self._replace(
            refilmed=min(self.refilmed, most),
            models=min(self.models, most),
            parts=tuple(part for part in parts if part.count > 0),
        )


def clip_sets(split: str, *, most: int | None = None) -> dict[str, ClipSet]:
    """The split's set of every recipe that is reported, by its name; of each no more than the first `most` clips."""
    sets = {recipe: clip_set(split, recipe) for recipe in RECIPES if recipe not in LEARNED_FROM}
    return sets if most is None else {recipe: one.first(most) for recipe, one in sets.items()}


def clip_set(split: str, recipe: str = "plain") -> ClipSet:
    """Read one set from sets.toml."""
    name = folder_of(recipe, split)
    plain: dict[str, Any] = tomllib.loads((Path(__file__).parent / "sets.toml").read_text())[name]
    parts = tuple(Part(**part) for part in plain["parts"])
    return ClipSet(split, plain["seed"], plain["refilmed"], plain["models"], parts, recipe)


def folders(work: Path, chosen: ClipSet) -> list[Path]:
    """Folders of the set's clips that are finished, in order; second cameras are not among them."""
    numbers = {number for part in chosen.parts for number in range(part.first, part.first + part.count)}
    found = sorted((work / chosen.folder).glob("[0-9]*-*"))
    return [
        folder
        for folder in found
        if folder.name[:5].isdigit()
        and int(folder.name[:5]) in numbers
        and not folder.name.endswith((REFILMED, ".part"))
        and (folder / "truth.json").is_file()
    ]


def refilmed(folder: Path) -> Path | None:
    """The same person and motion from the second camera, where it was made."""
    other = folder.with_name(folder.name + REFILMED)
    return other if (other / "truth.json").is_file() else None


def render(work: Path, chosen: ClipSet, *, renderer: str = sys.executable, workers: int = 2) -> float:
    """Make the clips that are missing; returns seconds. `renderer` is an interpreter with the validation extras."""
    began = time.perf_counter()
    there = {int(folder.name[:5]) for folder in folders(work, chosen)}
    for part in chosen.parts:
        if set(range(part.first, part.first + part.count)) <= there:
            continue
        arguments = {
            "--out": work, "--split": chosen.split, "--seed": chosen.seed, "--first": part.first,
            "--count": part.count, "--largest": part.largest, "--most-fps": part.most_fps, "--workers": workers,
            "--recipe": chosen.recipe,
        }  # fmt: skip
        flat = [str(word) for pair in arguments.items() for word in pair]
        subprocess.run([renderer, "-m", "validation.simulate", *flat], check=True, cwd=ROOT)
    wanted = [folder for folder in folders(work, chosen)[: chosen.refilmed] if refilmed(folder) is None]
    if wanted:
        module = "validation.accuracy.second_camera"
        subprocess.run([renderer, "-m", module, *map(str, wanted)], check=True, cwd=ROOT)
    return time.perf_counter() - began


def page_of(page: Path | None, most: int | None, work: Path) -> Path:
    """Where the page goes: figures of a few clips never take the place of the published ones."""
    return page or (PAGE if most is None else work / "pages" / PAGE.name)

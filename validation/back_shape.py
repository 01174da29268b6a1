"""Learn how backs look and how far the outline stands out behind them, from stills of simulated people.

    python -m validation.back_shape --stills DIR [--write]

Writes `src/hiphinge/data/models/back_shape.toml`. The stills are those of `validation.stills`: the generator's `train`
stream.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np

from hiphinge.estimators.blazepose.region import Region
from hiphinge.geometry import Floats
from hiphinge.outline import RAYS, trace
from hiphinge.pose import KEYPOINTS
from hiphinge.settings import SpineSettings, load_slice
from hiphinge.spine.backline import BackLine, body_axes, make_back_line
from hiphinge.spine.bare import sacrum_along
from hiphinge.spine.doubt import bare_of_arms, inside_picture
from validation.stills import person_of

STATIONS: Final = 26
MODES: Final = 4
MOST_YAW_DEG: Final = 30.0
SURE: Final = 0.6
"""Confidence from which a point of the outline tells the lift."""
MOST_LIFT: Final = 0.16
"""What stands out farther is an arm, trunk lengths: no shirt does, between sacrum and shoulders."""
OCCIPUT_DEG: Final = 20.0
SETTINGS: Final = load_slice("spine", SpineSettings)
TARGET: Final = Path(__file__).parents[1] / "src" / "hiphinge" / "data" / "models" / "back_shape.toml"


class Seen(NamedTuple):
    """One person by one camera: their outline, and the skin's back in the person's frame."""

    back_line: BackLine
    along: Floats
    """(T, 48) trunk lengths, from the sacrum to the back of the head."""
    behind: Floats
    shoulder: Floats
    """(T,) place along of the shoulders."""
    trunk_deg: Floats
    file: Path
    yaw_deg: float
    truth: dict[str, Any]


def seen(path: Path) -> Iterator[Seen]:
    """Read one person's file."""
    with np.load(path) as stored:
        data = {name: stored[name] for name in stored.files}
    facing = 1.0 if str(data["facing"]) == "right" else -1.0
    for camera, position in enumerate(data["position"]):
        if not np.isfinite(position).all():
            continue
        hip, shoulder, ear = (
            (position[:, KEYPOINTS.index(f"left_{part}")] + position[:, KEYPOINTS.index(f"right_{part}")]) / 2
            for part in ("hip", "shoulder", "ear")
        )
        length = np.hypot(*(shoulder - hip).T)
        trunk_px = float(np.median(length))
        turned = np.full(len(hip), facing)
        up, dorsal = body_axes(hip, shoulder, turned)
        regions = [Region(*row) for row in data["region"][camera]]
        edges = [
            trace(mask.astype(np.float32) / 255, region.to_image(mask.shape[0]), hip=h, shoulder=s, ear=e)
            for mask, region, h, s, e in zip(data["mask"][camera], regions, hip, shoulder, ear, strict=True)
        ]
        turn = slice(None, None, int(facing))
        place = np.stack([edge.position[turn] for edge in edges]).astype(float)
        sure = np.stack([edge.confidence[turn] for edge in edges]).astype(float)
        pixel = np.array([region.size / data["mask"].shape[-1] for region in regions])
        sure = np.clip(sure / SETTINGS.outline_sharp, 0, 1)
        sure *= bare_of_arms(place, position, data["confidence"][camera], trunk_px=trunk_px, settings=SETTINGS)
        sure *= inside_picture(place, (float(data["width"]), float(data["height"])), SETTINGS.picture_margin * pixel)
        in_body = [
            ((place - hip[:, None, None]) / trunk_px * axis[:, None, None]).sum(axis=-1) for axis in (up, dorsal)
        ]
        error = SETTINGS.outline_pixel_error * pixel[:, None, None] / trunk_px + SETTINGS.outline_doubt * (1 - sure)
        line = make_back_line(
            np.arange(len(hip)), *in_body, error, sure,
            hip_px=hip, shoulder_px=shoulder, facing=turned, trunk_length_px=trunk_px,
        )  # fmt: skip
        skin = [
            ((data["px_back"][camera] - hip[:, None]) / trunk_px * axis[:, None]).sum(axis=-1) for axis in (up, dorsal)
        ]
        lean = np.rad2deg(np.arctan2(facing * up[:, 0], -up[:, 1]))
        yield Seen(line, *skin, length / trunk_px, lean, path, float(data["yaw_deg"][camera]), data)


def profiles(one: Seen) -> Iterator[tuple[int, Floats, Floats, Floats]]:
    """Skin (S,), lift of the outline (S,) where sure, and of the head, of each moment whose joints are right."""
    at = np.linspace(0, 1, STATIONS)
    lowest = sacrum_along(one.shoulder, SETTINGS)
    trunk = np.array([ray.zone == "trunk" or (ray.zone == "pelvis" and ray.turn_deg >= -40) for ray in RAYS])
    head = np.array([ray.zone == "head" and ray.turn_deg <= OCCIPUT_DEG for ray in RAYS])
    values = [one.back_line[name].isel(side=0).to_numpy() for name in ("along", "behind", "confidence")]
    for k in range(len(lowest)):
        order = np.argsort(one.along[k], kind="stable")
        skin_along, skin = one.along[k, order], one.behind[k, order]
        if not (-0.35 < one.along[k, 0] < 0.3 and one.along[k, -1] > 0.9):
            continue
        places = lowest[k] + at * (one.shoulder[k] - lowest[k])
        along, behind, sure = (value[k] for value in values)
        lifted = behind - np.interp(along, skin_along, skin, left=np.nan, right=np.nan)
        good = np.isfinite(lifted) & (sure >= SURE)
        near = np.abs(along[:, None] - places) < 0.03
        lift = np.full(STATIONS, np.nan)
        for s in range(STATIONS):
            those = near[:, s] & good & trunk & (lifted < MOST_LIFT)
            lift[s] = lifted[those].mean() if those.any() else np.nan
        yield k, np.interp(places, skin_along, skin), lift, lifted[good & head]


def learned(paths: list[Path]) -> dict[str, Any]:
    """What the file holds."""
    people, skins, lifts, heads = set(), [], [], []
    for path in paths:
        for one in seen(path):
            if abs(one.yaw_deg) > MOST_YAW_DEG:
                continue
            people.add(person_of(int(path.stem)))
            for _, skin, lift, head in profiles(one):
                skins.append(skin)
                lifts.append(lift)
                heads.append(head)
    skin, lift, head = np.array(skins), np.array(lifts), np.concatenate(heads)
    at = np.linspace(0, 1, STATIONS)
    line, *_ = np.linalg.lstsq(np.stack([np.ones_like(at), at], axis=-1), skin.T)
    bent = skin - (line[0][:, None] + line[1][:, None] * at)
    mean = bent.mean(axis=0)
    _, size, modes = np.linalg.svd(bent - mean, full_matrices=False)
    modes = modes[:MODES] * (size[:MODES] / np.sqrt(len(bent)))[:, None]
    left = bent - mean - (bent - mean) @ np.linalg.pinv(modes) @ modes
    print(f"{len(people)} people, {len(bent)} moments; left after {MODES} modes {left.std():.4f} trunk lengths")
    return {
        "mean": mean, "modes": modes, "offset": (line[0].mean(), line[0].std()),
        "slope": (line[1].mean(), line[1].std()), "lift": np.nanmedian(lift, axis=0), "lift_error": _spread(lift),
        "head_lift": np.median(head), "head_lift_error": float(_spread(head[:, None])[0]),
        "provenance": {"recipe": "validation/stills, then validation/back_shape", "split": "train", "seed": 1,
                       "people": len(people), "moments": len(bent)},
    }  # fmt: skip


def _spread(values: Floats) -> Floats:
    """Half the way between the 16th and the 84th percentile of each column."""
    low, high = np.nanquantile(values, (0.16, 0.84), axis=0)
    return np.asarray((high - low) / 2)


def _toml(value: Any) -> str:
    if isinstance(value, str | int):
        return f'"{value}"' if isinstance(value, str) else str(value)
    if np.ndim(value) == 0:
        return f"{float(value):.4f}"
    if np.ndim(value) == 1:
        return "[" + ", ".join(_toml(each) for each in value) + "]"
    return "[\n" + "".join(f"  {_toml(row)},\n" for row in value) + "]"


def main() -> None:
    """Learn, and write if asked to."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    found = learned(sorted(given.stills.glob("?????.npz"))[: given.count])
    about = found.pop("provenance")
    lines = ["# How backs look, from the sacrum's lowest point to the shoulders, and how far the outline stands out.",
             "# Learned, not chosen: `python -m validation.back_shape --write`. Trunk lengths.", ""]  # fmt: skip
    lines += [f"{name} = {_toml(value)}" for name, value in found.items()]
    lines += ["", "[provenance]", *(f"{name} = {_toml(value)}" for name, value in about.items())]
    text = "\n".join(lines) + "\n"
    if given.write:
        TARGET.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()

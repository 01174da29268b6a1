"""Learn the correction from the stills: `python -m validation.correction.learn --stills DIR [--model full] [--write]`.

Ridge regression of (true − measured) inclination, robust to the landmark model's blunders. Cross-validated over
people, beside simpler ones, so that the smallest that is as good as the best can be chosen. `--write` puts the
coefficients into the package; the same stills give the same file.
"""

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from hiphinge.geometry import Floats
from hiphinge.kinematics.correction import PREDICTORS, SEGMENTS, SUMS, Posture, predictors
from hiphinge.kinematics.joints import Landmarks, middle, sagittal
from hiphinge.kinematics.uncertainty import direction, length
from hiphinge.pose import KEYPOINTS, make_track
from hiphinge.settings import load_settings
from hiphinge.view import yaw_of
from validation.stills import MOMENTS, SEED, STANDING, person_of

OUT: Final = Path(__file__).resolve().parents[2] / "src" / "hiphinge" / "data" / "models" / "blazepose.toml"
ANGLES: Final = {angle: [float(name in parts) for name in SEGMENTS] for angle, parts in SUMS.items()}
FOLDS: Final = 10
RIDGE: Final = 3e-3
"""Penalty per sample on weights of standardised predictors; 1e-3 … 1e-2 do alike."""
HUBER: Final = 1.5
HIDDEN: Final = 0.5
"""Below this confidence an ankle is taken from the moments at which it was seen: feet are planted."""
SEEN_KNEE: Final = 0.6
SEEN_ANKLE: Final = 0.4
BLUNDER_DEG: Final = 20.0
"""Stills on which neither knee or ankle is seen, or a segment is off by more, show an occlusion and not a bias."""
EDGE: Final = 0.005
"""Quantile of each predictor beyond which the correction is not carried on."""
TOO_DIFFERENT: Final = ("single_leg_rdl",)
"""Left out: the two legs do not make one chain."""


class Shown(NamedTuple):
    """Stills of one person by one camera: posture (8,), truth and standing by segment (rad), who and from where."""

    posture: Posture
    true: dict[str, Floats]
    standing: dict[str, float]
    person: int
    yaw_deg: float
    measured_yaw_deg: float
    usable: NDArray[np.bool_]


class Samples(NamedTuple):
    """All usable stills: given (N, P), missing (N, 3) rad, measured hip flexion and yaw (N,) rad, who (N,)."""

    given: Floats
    missing: Floats
    hip: Floats
    yaw: Floats
    true_yaw_deg: Floats
    who: NDArray[np.int64]


def shown(path: Path, camera: int) -> Shown | None:
    """Measure one camera's stills as the package measures a clip; None where the person was not found every time."""
    kept = np.load(path)
    position, confidence = kept["position"][camera].copy(), np.clip(kept["confidence"][camera], 0, 1)
    if str(kept["exercise"]) in TOO_DIFFERENT or not np.isfinite(position).all():
        return None
    settings = load_settings()
    track = make_track(
        np.arange(MOMENTS) / 10, position, kept["world"][camera], confidence,
        width=int(kept["width"]), height=int(kept["height"]), estimator="blazepose", model="any",
    )  # fmt: skip
    yaw_deg, _ = yaw_of(track, settings=settings.view)
    for side in ("left", "right"):
        ankle = KEYPOINTS.index(f"{side}_ankle")
        sure = confidence[:, ankle] > HIDDEN
        if sure.sum() >= 2:
            position[~sure, ankle] = np.median(position[sure, ankle], axis=0)
    size = float(np.median(np.linalg.norm(position[:, 11:13].mean(axis=1) - position[:, 23:25].mean(axis=1), axis=-1)))
    error = size * np.hypot(settings.cleaning.landmark_bias, settings.cleaning.doubt_spread * (1 - confidence))
    facing = np.full(MOMENTS, 1.0 if str(kept["facing"]) == "right" else -1.0)
    place, axes = sagittal(position, error, roll_deg=0.0, facing=facing, cos_yaw=float(np.cos(np.deg2rad(yaw_deg))))
    marks = Landmarks(place, axes, confidence, facing, settings.kinematics.pair_confidence)
    ankle, knee, hip, shoulder = (middle(marks, name) for name in ("ankle", "knee", "hip", "shoulder"))
    elbow = middle(marks, "elbow", paired=False)
    trunk, thigh, shank = (
        direction(low.place, high.place) for low, high in ((hip, shoulder), (knee, hip), (ankle, knee))
    )
    upright = slice(0, STANDING)
    arm = (elbow.place - shoulder.place) / np.median(length(hip.place, shoulder.place)[upright])
    posture = Posture(trunk, -thigh, shank, arm[:, 0], arm[:, 1])
    true = {name: np.deg2rad(kept[f"{name}_inclination_deg"]) for name in SEGMENTS}
    off = np.max([np.abs(true[name] - getattr(posture, name)) for name in SEGMENTS], axis=0)
    usable = (knee.confidence > SEEN_KNEE) & (ankle.confidence > SEEN_ANKLE) & (np.rad2deg(off) < BLUNDER_DEG)
    standing = {name: float(np.median(getattr(posture, name)[upright])) for name in SEGMENTS}
    return Shown(
        posture, true, standing, person_of(int(path.stem)), float(abs(kept["yaw_deg"][camera])), yaw_deg, usable
    )


def samples(stills: Sequence[Shown], *, standing: bool) -> Samples:
    """Put the usable stills together."""
    columns = [
        (
            predictors(one.posture, one.standing if standing else None),
            np.stack([one.true[name] - getattr(one.posture, name) for name in SEGMENTS], axis=1),
            one.posture.trunk + one.posture.thigh,
            np.full(MOMENTS, np.deg2rad(one.measured_yaw_deg)),
            np.full(MOMENTS, one.yaw_deg),
            np.full(MOMENTS, one.person),
        )
        for one in stills
    ]
    kept = np.concatenate([one.usable for one in stills])
    return Samples(*(np.concatenate(values)[kept] for values in zip(*columns, strict=True)))


def ridge(given: Floats, missing: Floats, columns: Sequence[int]) -> Floats:
    """(P,) weights on the plain predictors; zero for those not in `columns`. Huber weights by reweighting."""
    chosen = given[:, columns]
    centre, spread = chosen.mean(axis=0), chosen.std(axis=0)
    constant = spread < 1e-9
    centre, spread = np.where(constant, 0.0, centre), np.where(constant, 1.0, spread)
    scaled = (chosen - centre) / spread
    penalty = np.diag(np.where(constant, 0.0, RIDGE * len(given)))
    trust = np.ones(len(given))
    for _ in range(8):
        weights = np.linalg.solve(scaled.T @ (trust[:, None] * scaled) + penalty, scaled.T @ (trust * missing))
        left = np.abs(missing - scaled @ weights)
        trust = 1 / np.maximum(1.0, left / (HUBER * 1.4826 * np.median(left)))
    plain = np.zeros(given.shape[1])
    plain[list(columns)] = weights / spread
    plain[0] -= float((centre / spread * weights)[~constant].sum())
    return plain


def fit(seen: Samples, columns: Sequence[int]) -> Floats:
    """(P, 3) weights for trunk, thigh and shank."""
    return np.stack([ridge(seen.given, seen.missing[:, k], columns) for k in range(3)], axis=1)


def left_out(seen: Samples, columns: Sequence[int]) -> Floats:
    """(N, 3) what is still missing (rad) for people whom the fit has not seen."""
    people = np.unique(seen.who)
    fold_of = dict(zip(people, np.random.default_rng(5).permutation(people.size) % FOLDS, strict=True))
    fold = np.array([fold_of[one] for one in seen.who])
    left = np.empty_like(seen.missing)
    for k in range(FOLDS):
        others = Samples(*(values[fold != k] for values in seen))
        low, high = edges(others)
        left[fold == k] = seen.missing[fold == k] - np.clip(seen.given[fold == k], low, high) @ fit(others, columns)
    return left


def edges(seen: Samples) -> tuple[Floats, Floats]:
    """Range of each predictor."""
    low, high = np.quantile(seen.given, [EDGE, 1 - EDGE], axis=0)
    return low, high


def residual(left: Floats, seen: Samples) -> tuple[float, float]:
    """Size of what is left: log σ = base + bent · hip flexion, scaled so that 90 % lie within ±1.645 σ."""
    bent = np.clip(seen.hip, 0, None)
    size = np.minimum(np.abs(left), np.quantile(np.abs(left), 0.98))

    def surprise(p: Floats) -> float:
        log_sd = p[0] + p[1] * bent
        return float(np.mean(log_sd + size**2 / 2 * np.exp(-2 * log_sd)))

    found = minimize(surprise, np.array([np.log(size.std() + 1e-6), 0.0]), bounds=[(-8, 0), (0, 1.0)]).x
    ratio = np.abs(left) / np.exp(found[0] + found[1] * bent)
    return float(found[0] + np.log(np.quantile(ratio, 0.9) / 1.6449)), float(found[1])


def columns_of(*groups: str) -> list[int]:
    """Positions of predictors by the start of their names, `square` for the products."""
    chosen = {"one", *groups}
    return [
        k
        for k, name in enumerate(PREDICTORS)
        if name in chosen or ("*" in name and "square" in chosen) or name.split("_")[0] in chosen
    ]


def compare(seen: Samples) -> None:
    """Print what is left for people left out, by simpler and fuller models, in degrees."""
    lean = list(SEGMENTS)
    models = {
        "nothing": [],
        "a constant": columns_of(),
        "posture": columns_of(*lean),
        "and its squares": columns_of(*lean, "square"),
        "and the arm": columns_of(*lean, "square", "elbow"),
        "posture and standing": columns_of(*lean, "standing"),
        "posture, squares, standing": columns_of(*lean, "square", "standing"),
        "all": list(range(seen.given.shape[1])),
    }
    for label, rows in (("yaw to 20°", seen.true_yaw_deg <= 20), ("beyond 20°", seen.true_yaw_deg > 20)):
        print(f"{label}: {rows.sum()} stills of {np.unique(seen.who[rows]).size} people; RMSE, deg")
        for name, columns in models.items():
            left = left_out(seen, columns) if columns else seen.missing
            figures = [
                f"{angle.split('_')[0]} {root(left[rows] @ np.array(parts), seen.who[rows])}"
                for angle, parts in ANGLES.items()
            ]
            print(f"  {name:28}", "  ".join(figures), flush=True)


def root(left: Floats, who: NDArray[np.int64]) -> str:
    """RMSE in degrees ± its standard error over people."""
    squares = np.array([np.mean(np.rad2deg(left[who == one]) ** 2) for one in np.unique(who)])
    value = float(np.sqrt(squares.mean()))
    return f"{value:.2f}±{squares.std(ddof=1) / np.sqrt(squares.size) / 2 / value:.2f}"


def record(seen: Samples) -> dict[str, Any]:
    """One fit as the package reads it."""
    columns = list(range(seen.given.shape[1]))
    low, high = edges(seen)
    weights, left = fit(seen, columns), left_out(seen, columns)
    return {
        "yaw_deg": np.rad2deg(np.quantile(seen.yaw, 1 - EDGE)),
        "lowest": low,
        "highest": high,
        "added": {name: weights[:, k] for k, name in enumerate(SEGMENTS)},
        "left": {
            angle: dict(zip(("base", "bent"), residual(left @ np.array(parts), seen), strict=True))
            for angle, parts in ANGLES.items()
        },
    }


def written(about: dict[str, Any], fits: dict[str, dict[str, Any]]) -> str:
    """One model's coefficients as TOML."""

    def line(value: Any) -> str:
        if isinstance(value, str):
            return f'"{value}"'
        return f"[{', '.join(f'{v:.6g}' for v in value)}]" if np.ndim(value) else f"{value:.6g}"

    model = about["model"]
    settings = load_settings()
    text = [
        f"[{model}]",
        f"yaw_deg = {fits['with_standing']['yaw_deg']:.0f}",
        f"landmark_error = {settings.cleaning.landmark_bias:g}",
        "",
    ]
    text += [f"[{model}.provenance]", *(f"{key} = {line(value)}" for key, value in about.items() if key != "model")]
    for variant, found in fits.items():
        text += ["", f"[{model}.{variant}]", *(f"{edge} = {line(found[edge])}" for edge in ("lowest", "highest"))]
        text += ["", f"[{model}.{variant}.added]", *(f"{name} = {line(w)}" for name, w in found["added"].items())]
        for angle, size in found["left"].items():
            text += ["", f"[{model}.{variant}.left.{angle}]", *(f"{name} = {line(v)}" for name, v in size.items())]
    return "\n".join(text) + "\n"


def main() -> None:
    """Learn, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stills", type=Path, required=True)
    parser.add_argument("--model", default="full")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    paths = sorted(path for path in given.stills.glob("[0-9]*.npz") if path.stem.isdigit())
    stills = [one for path in paths for camera in (0, 1) if (one := shown(path, camera)) is not None]
    with_standing, without = (samples(stills, standing=seen) for seen in (True, False))
    compare(with_standing)
    if given.write:
        about = {
            "model": given.model,
            "recipe": "validation/correction: stills, then learn",
            "split": "train",
            "seed": SEED,
            "first": int(paths[0].stem),
            "last": int(paths[-1].stem),
            "people": np.unique(with_standing.who).size,
            "stills": len(with_standing.who),
        }
        text = written(about, {"with_standing": record(with_standing), "without_standing": record(without)})
        tomllib.loads(text)
        OUT.parent.mkdir(exist_ok=True)
        OUT.write_text(HEAD + text)
        print(f"{OUT}: written")


HEAD: Final = """# What is added to the inclinations measured with BlazePose, and the error that is left.
# Learned, not chosen: `python -m validation.correction.learn --write`. Radians; order of correction.PREDICTORS.

[same_as]
heavy = "full"  # on stills seen by the heavy model these do as well: docs/explanation/correction.md

"""


if __name__ == "__main__":
    main()

"""A made-up back on the stick lifter of `report_sample`: a standing profile, bent where a spine bends, with its rod."""

from functools import cache

import msgspec
import numpy as np
import xarray as xr

from hiphinge.outline import RAYS
from hiphinge.pose import KEYPOINTS
from hiphinge.records import Finding, Metric
from hiphinge.result import Analysis
from hiphinge.spine.backline import make_back_line
from report_sample import sample

ALONG = np.array([-0.25, 0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 0.95, 1.1, 1.25, 1.4])
BEHIND = np.array([0.2, 0.19, 0.175, 0.15, 0.12, 0.13, 0.17, 0.15, 0.09, 0.11, 0.12])
L5, T12, C7 = 0.2, 0.5, 1.1
RAY_ALONG = np.array(
    [
        0.2 * np.sin(np.deg2rad(ray.turn_deg)) - (0.1 if ray.turn_deg < -90 else 0.0)
        for ray in RAYS
        if ray.zone == "pelvis"
    ]
    + [ray.along for ray in RAYS if ray.zone == "trunk"]
    + [1.05, 1.09, 1.13, 1.17]
    + np.linspace(1.18, 1.38, 7).tolist()
)


def profile(lumbar_deg: float, thoracic_deg: float = 0.0) -> tuple[np.ndarray, np.ndarray, float]:
    """Along and behind (N,) of a back bent from standing, and by how much the trunk's line turned on the pelvis."""
    fine = np.linspace(ALONG[0], ALONG[-1], 200)
    points = np.stack([fine, np.interp(fine, ALONG, BEHIND)], axis=1)
    steps = np.diff(points, axis=0)
    middle = (fine[:-1] + fine[1:]) / 2
    bend = np.deg2rad(
        lumbar_deg * np.clip((middle - L5) / (T12 - L5), 0, 1)
        + thoracic_deg * np.clip((middle - T12) / (C7 - T12), 0, 1)
    )
    # forward is −behind, so bending forward turns (along, behind) by −bend
    turned = np.stack(
        [
            np.cos(bend) * steps[:, 0] + np.sin(bend) * steps[:, 1],
            -np.sin(bend) * steps[:, 0] + np.cos(bend) * steps[:, 1],
        ],
        axis=1,
    )
    bent = points[0] + np.concatenate([np.zeros((1, 2)), np.cumsum(turned, axis=0)])
    at_shoulder = int(np.searchsorted(fine, 1.0)) - 1
    inward = (
        np.array([np.cos(bend[at_shoulder]), -np.sin(bend[at_shoulder])]),
        np.array([np.sin(bend[at_shoulder]), np.cos(bend[at_shoulder])]),
    )
    shoulder = bent[at_shoulder] - inward[1] * points[at_shoulder, 1]
    turn = np.arctan2(-shoulder[1], shoulder[0])
    back = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    upright = bent @ back.T
    return upright[:, 0], upright[:, 1], float(np.rad2deg(turn))


@cache
def with_back(
    lumbar_deg: float = 32.0,
    *,
    count: int = 3,
    unsure: bool = False,
    width: int = 360,
    height: int = 640,
    stature_cm: float | None = None,
) -> Analysis:
    """The sample with a back that rounds with depth, from 40 % of it on, up to `lumbar_deg` at the last bottom."""
    known = sample(count, width=width, height=height, faulty=False)
    motion = known.kinematics
    depth = motion["trunk_inclination_deg"].to_numpy() / motion["trunk_inclination_deg"].max().item()
    order = np.clip((motion["time"].to_numpy() - 1.0) // 4.5, 0, count - 1)
    lumbar = lumbar_deg * np.clip((depth - 0.4) / 0.6, 0, 1) * (0.75 + 0.25 * order / max(count - 1, 1))
    position = known.track["position"].to_numpy()
    hip, shoulder = (
        np.mean([position[:, KEYPOINTS.index(f"{side}_{name}")] for side in ("left", "right")], axis=0)
        for name in ("hip", "shoulder")
    )
    along = np.empty((lumbar.size, 2, len(RAYS)))
    behind, turn = np.empty_like(along), np.empty(lumbar.size)
    for k, angle in enumerate(lumbar):
        a, b, turn[k] = profile(float(angle))
        along[k, 0] = along[k, 1] = RAY_ALONG
        behind[k, 0] = np.interp(RAY_ALONG, a, b)
        behind[k, 1] = -0.12
    trunk_px = float(np.median(np.hypot(*(shoulder - hip).T)))
    sure = np.full_like(along, 0.9)
    sure[:, :, 22:26] = 0.3 if unsure else 0.9
    line = make_back_line(
        motion["time"].to_numpy(),
        along,
        behind,
        np.full_like(along, 0.01),
        sure,
        hip_px=hip,
        shoulder_px=shoulder,
        facing=np.ones(lumbar.size),
        trunk_length_px=trunk_px,
    )
    kinematics = motion.assign(
        lumbar_flexion_deg=("time", lumbar),
        lumbar_flexion_error_deg=("time", np.full(lumbar.size, 5.0)),
        thoracic_flexion_deg=("time", 0.0 * lumbar),
        thoracic_flexion_error_deg=("time", np.full(lumbar.size, 4.0)),
        pelvic_tilt_deg=("time", motion["trunk_inclination_deg"].to_numpy() - 2.0 - turn),
        pelvic_tilt_error_deg=("time", np.full(lumbar.size, 5.0)),
        standing=("time", (motion["hip_flexion_deg"] < motion["hip_flexion_deg"][0] + 1).to_numpy().astype(float)),
    ).assign_attrs(
        standing_hip_flexion_deg=float(motion["hip_flexion_deg"][0]),
        standing_trunk_inclination_deg=2.0,
        trunk_length_px=trunk_px,
        stature_px=trunk_px / 0.288,
        spine="",
        spine_standing="clip",
    )
    record = _judged(known, kinematics)
    if stature_cm is not None:
        record = msgspec.structs.replace(record, subject=msgspec.structs.replace(record.subject, stature_cm=stature_cm))
    return Analysis(record, known.track, known.raw_track, kinematics, line, rod_on(line))


def rod_on(line: xr.Dataset) -> xr.Dataset:
    """A rod on the longest edge of the hull of each frame's line, by trying every pair of its points."""
    along, behind = (line[name].sel(side="back").to_numpy() for name in ("along", "behind"))
    place = line["position_px"].sel(side="back").to_numpy()
    zones = {"sacral": (0.0, 0.2), "thoracic": (0.55, 0.95), "head": (1.18, 1.5)}
    count = len(along)
    gap, touch, ends = np.full((count, 3), np.nan), np.full((count, 3, 2), np.nan), np.full((count, 2, 2), np.nan)
    for k in range(count):
        use = np.flatnonzero(RAY_ALONG >= 0.0)
        a, b, p = along[k, use], behind[k, use], place[k, use]
        pairs = [(j - i, i, j) for i in range(len(a)) for j in range(i + 3, len(a)) if _supports(a, b, i, j)]
        _, i, j = max(pairs, key=lambda one: a[one[2]] - a[one[1]])
        slope = (b[j] - b[i]) / (a[j] - a[i])
        off = (b[i] + slope * (a - a[i]) - b) / np.hypot(1, slope)
        direction = (p[j] - p[i]) / (a[j] - a[i])
        ends[k] = p[i] + np.array([[-0.1], [1.4]]) * direction - direction * a[i]
        for z, (low, high) in enumerate(zones.values()):
            inside = np.flatnonzero((a >= low) & (a <= high))
            best = inside[off[inside].argmin()]
            gap[k, z], touch[k, z] = off[best], p[best]
    return xr.Dataset(
        {
            "gap": (("time", "zone"), gap),
            "gap_error": (("time", "zone"), np.full_like(gap, 0.01)),
            "contact": (("time", "zone"), gap < 0.02),
            "end_px": (("time", "end", "xy"), ends),
            "touch_px": (("time", "zone", "xy"), touch),
        },
        coords={"time": line["time"], "zone": list(zones)},
        attrs={"kind": "virtual"},
    )


def _supports(a: np.ndarray, b: np.ndarray, i: int, j: int) -> bool:
    return bool((b <= b[i] + (b[j] - b[i]) / (a[j] - a[i]) * (a - a[i]) + 1e-9).all())


def _judged(known: Analysis, kinematics: xr.Dataset):
    """The record with the lower back measured and judged, and a clean range."""
    reps = []
    for rep in known.record.reps:
        row = kinematics.sel(time=rep.bottom_s, method="nearest")
        value = float(row["lumbar_flexion_deg"])
        verdict = "present" if value > 30 else "borderline" if value > 20 else "absent"
        finding = Finding(
            fault="lower_back_rounding",
            verdict=verdict,
            metric="lumbar_flexion_max",
            value=value,
            limit=25.0,
            unit="deg",
            at_s=rep.bottom_s,
        )
        onset = (
            Metric(value=62.0, error=5.0, unit="deg", at_s=rep.start_s + 1.1)
            if value > 12
            else Metric(value=None, error=None, unit="deg")
        )
        reps.append(
            msgspec.structs.replace(
                rep,
                metrics={
                    **rep.metrics,
                    "lumbar_flexion_max": Metric(value=value, error=5.0, unit="deg", at_s=rep.bottom_s),
                    "lumbar_onset_hip_flexion": onset,
                },
                findings=(finding, *(one for one in rep.findings if one.fault != "lower_back_rounding")),
            )
        )
    worst = max((rep.findings[0].verdict for rep in reps), key=["absent", "borderline", "present"].index)
    listed = tuple(rep.index for rep in reps if rep.findings[0].verdict == worst != "absent")
    summary = known.record.summary
    findings = tuple(
        msgspec.structs.replace(
            one, verdict=worst, reps=listed, reason=None, evidence="engineering", correction="Brace, and go less deep."
        )
        if one.fault == "lower_back_rounding"
        else one
        for one in summary.findings
    )
    clean = Metric(value=62.0, error=5.0, unit="deg") if worst != "absent" else None
    summary = msgspec.structs.replace(summary, findings=findings, clean_range_deg=clean)
    return msgspec.structs.replace(known.record, reps=tuple(reps), summary=summary)

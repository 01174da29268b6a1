"""Which of the many measures stand together in the table, and which few come first."""

from typing import Final

from hiphinge.report.tables import Row

FIRST: Final = (
    "hip_flexion_max",
    "knee_flexion_max",
    "trunk_inclination_max",
    "shank_inclination_max",
    "hip_travel_back",
    "lumbar_flexion_max",
    "load_path_drift",
    "eccentric_s",
    "concentric_s",
)
"""What a coach asks for; what is marked as a fault joins them."""
GROUPS: Final[dict[str, tuple[str, ...]]] = {
    "angles": (
        "hip_flexion_max",
        "hip_flexion_rom",
        "knee_flexion_max",
        "knee_flexion_rom",
        "knee_flexion_deep",
        "knee_drift",
        "trunk_inclination_max",
        "trunk_tip_on_rise",
        "lockout_trunk_inclination",
        "shank_inclination_max",
        "shank_inclination_deep",
        "shank_inclination_rom",
        "elbow_flexion_max",
        "rear_leg_line",
    ),
    "pattern": (
        "hinge_dominance",
        "hip_travel_back",
        "hip_drop",
        "hip_knee_ratio",
        "stoop_squat_index",
        "trunk_minus_shank",
        "wall_gap_min",
        "wall_rest_s",
        "balance_sway",
        "balance_wobble",
        "free_foot_touches",
    ),
    "spine": (
        "lumbar_flexion_max",
        "lumbar_flexion_min",
        "lumbar_flexion_bottom",
        "lumbar_flexion_rise",
        "lumbar_onset_hip_flexion",
        "lockout_lumbar_flexion",
        "thoracic_flexion_max",
        "pelvic_tilt_rom",
        "pelvic_tilt_share",
        "head_angle_min",
        "neck_angle_min",
        "neck_angle_max",
        "dowel_gap_head",
        "dowel_gap_thoracic",
        "dowel_gap_sacral",
    ),
    "tempo": ("eccentric_s", "pause_s", "concentric_s", "peak_hip_speed"),
    "load": (
        "load_path_drift",
        "load_rise",
        "load_top_height",
        "mean_load_speed",
        "mid_load_speed",
        "peak_load_speed",
        "work_j",
        "mean_power_w",
        "peak_power_w",
    ),
    "forces": ("l5s1_moment_max", "hip_moment_max", "knee_moment_bottom", "l5s1_compression_max", "l5s1_shear_max"),
    "muscles": (
        "hamstring_strain_max",
        "hamstring_stretch_speed_max",
        "hamstring_passive_tension_max",
        "gluteus_maximus_strain_max",
        "hip_effort_max",
        "hip_passive_share",
    ),
    "sides": (
        "knees_inward",
        "knee_inward_left",
        "knee_inward_right",
        "stance_knee_inward",
        "knee_ankle_ratio",
        "pelvis_roll",
        "weight_shift",
        "shoulder_tilt",
        "hands_tilt",
    ),
}
"""The rest, by what it is about; one that stands in none is told last, under `other`."""
OTHER: Final = "other"


def grouped(rows: list[Row]) -> list[tuple[str, list[Row]]]:
    """Part the table's rows: the few that matter first, under "first", then the others; every row once.

    Returns
    -------
    Names of groups, keys of the report's words, with their rows; groups without any are left out.
    """
    by_name = {row.metric: row for row in rows}
    marked = [row.metric for row in rows if any(cell.verdict for cell in row.cells)]
    told = {"first": [name for name in dict.fromkeys((*FIRST, *marked)) if name in by_name]}
    for group, names in GROUPS.items():
        told[group] = [name for name in names if name in by_name and name not in told["first"]]
    grouped_already = {name for names in told.values() for name in names}
    told[OTHER] = [name for name in by_name if name not in grouped_already]
    return [(group, [by_name[name] for name in names]) for group, names in told.items() if names]

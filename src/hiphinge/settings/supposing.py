"""What is supposed of a lifter, and what the page shows of loads."""

from hiphinge.records import Record


class WhatIfSettings(Record, frozen=True, kw_only=True):
    """Supposed postures; each field's unit and reason stand in ``data/settings/what_if.toml``."""

    squat_knee_most_deg: float
    squat_shank_most_deg: float
    squat_hip_to_knee: float
    rounded_deg: float
    pelvis_share: float
    arm_lost: float
    arm_lost_over_deg: float
    obliquity_lost_over_deg: float
    usual_flexion_deg: float
    usual_flexion_error_deg: float
    shift_small_cm: float
    shift_cm: float
    load_error_m: float
    least_for_percent: float
    least_difference_deg: float
    neutral_deg: float


class LoadPanelSettings(Record, frozen=True, kw_only=True):
    """The report's panel of loads; each field's unit and reason stand in ``data/settings/load_panel.toml``."""

    powerlifters_nm: float
    swing_n: float
    design_n: float
    alike_arm_m: float
    knees_share: float
    points: int

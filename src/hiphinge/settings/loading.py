"""What the body had to do: forces and moments."""

from hiphinge.records import Record


class KineticsSettings(Record, frozen=True, kw_only=True):
    """Moments and loads; each field's unit and reason stand in ``data/settings/kinetics.toml``."""

    seed: int
    draws: int
    low_quantile: float
    high_quantile: float
    bounds_wider: float
    least_kept: float
    off_foot_m: float
    off_foot_share: float
    mass_error: float
    segment_mass_error: float
    trunk_centre_error: float
    trunk_aside_error: float
    length_error: float
    disc_place_error: float
    disc_behind_deg: float
    disc_behind_error_deg: float
    arm_m: float
    arm_least_m: float
    arm_most_m: float
    arm_women: float
    flexor_arm_m: float
    obliquity_deg: float
    obliquity_error_deg: float
    disc_error_deg: float
    disc_unseen_error_deg: float
    passive_scale_nm: float
    passive_from_deg: float
    passive_growth: float
    passive_most_nm: float
    body_mass_index: float
    body_mass_index_error: float
    stature_women_m: float
    stature_men_m: float
    stature_error_m: float
    stature_given_error: float
    cutoff_slow_hz: float
    cutoff_swing_hz: float
    pad_s: float
    pressure_out_most: float
    believed_s: float
    acceleration_error: float
    still_more: float
    still_less: float
    balance_s: float
    balance_error_m: float
    head_error_deg: float
    arm_error_deg: float
    free_leg_error_deg: float
    standing_hip_ahead: float
    most_foot_error: float
    floor_rise_m: float
    floor_band_m: float
    rest_speed: float
    rest_s: float
    hand_error_m: float
    bar_error_m: float


class MuscleSettings(Record, frozen=True, kw_only=True):
    """Lengths, actions and efforts; each field's unit and reason stand in ``data/settings/muscles.toml``."""

    pelvic_share: float
    pelvic_share_error: float
    own_share_frames: int
    own_share_lean_deg: float
    standing_pelvis_error_deg: float
    arm_model_error: float
    correlation_near: float
    correlation_far: float
    far_deg: float
    held_hip_deg: float
    held_lumbar_deg: float
    drifted_lumbar_deg: float
    sure: float
    seen_share: float
    sharing_power: float
    sharing_power_other: float
    strength_spread: float
    strength_trained: float
    passive_spread: float
    passive_mass_kg: float
    passive_mass_error_kg: float
    straight_knee_far_deg: float
    agreeing_share: float


class StrengthSettings(Record, frozen=True, kw_only=True):
    """Work, power, and what a set tells of strength; see ``data/settings/strength.toml``."""

    cutoff_per_way: float
    cutoff_least_hz: float
    cutoff_most_hz: float
    pad_s: float
    bell_m: float
    rise_gain: float
    rise_gain_error: float
    rise_error: float
    rise_error_share: float
    speed_error_m_s: float
    acceleration_error_m_s2: float
    power_from: float
    time_error_s: float
    time_error_share: float
    speed_from: float
    speed_error: float
    speed_repeat_error: float
    loss_reps_least: int
    loss_sure: float
    one_rm_reps_most: int
    far_from_failure_m_s: float

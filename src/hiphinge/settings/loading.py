"""What the body had to do: forces and moments."""

from hiphinge.records import Record


class KineticsSettings(Record, frozen=True, kw_only=True):
    """Moments and loads; each field's unit and reason stand in ``data/settings/kinetics.toml``."""

    seed: int
    draws: int
    low_quantile: float
    high_quantile: float
    least_kept: float
    off_foot_m: float
    off_foot_share: float
    mass_error: float
    segment_mass_error: float
    trunk_centre_error: float
    disc_place_error: float
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
    passive_spread: float
    passive_mass_kg: float
    passive_mass_error_kg: float
    straight_knee_far_deg: float
    agreeing_share: float

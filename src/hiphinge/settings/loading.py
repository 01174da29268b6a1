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

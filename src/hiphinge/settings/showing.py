"""What is drawn: the ghost, the overlay and the pictures of the report."""

from hiphinge.records import Record


class GhostSettings(Record, frozen=True, kw_only=True):
    """The ghost; each field's unit and reason stand in ``data/settings/ghost.toml``."""

    most_yaw_deg: float
    half_width: float
    farther_up: float
    off_foot: float
    most_place_error: float
    moment_s: float
    pair_confidence: float
    least_foot: float
    ankle_up: float
    whole_length: float
    trunk_usual: float
    trunk_own: float
    shank_usual: float
    shank_own: float
    upper_arm_usual: float
    forearm_usual: float
    arm_spread: float
    hand_clearance: float
    hangs_deg: float
    knee_deg: float
    trunk_most_deg: float
    soft_by: float
    deep_knee_deg: float
    top_share: float
    told_deg: float


class OverlaySettings(Record, frozen=True, kw_only=True):
    """The overlay video and the pictures of the report."""

    short_side_max_px: int
    short_side_min_px: int
    fps_max: float
    text_share: float
    line_share: float
    back_from_deg: float
    sacrum_top: float
    trunk_by_lumbar: float
    trunk_by_thoracic: float
    lumbar_top: float
    back_sure: float
    back_still_height_px: int
    fault_still_height_px: int
    back_margin: float
    back_aspect: float
    load_line: float
    load_vertical: float
    back_points: int
    fault_shown_s: float
    place_frames: int
    place_body: float
    place_low: float
    busy_level: float
    ghost_dim: float
    still_height_px: int
    still_text_scale: float
    hero_height_px: int
    hero_margin: float
    hero_side_margin: float
    hero_aspect_min: float
    crop_margin: float
    crop_aspect_min: float
    crop_aspect_max: float
    jpeg_quality: int
    gallery_reps_max: int
    embed_max_mb: float
    trace_points_max: int

"""Every tunable number of the pipeline, one slice per stage, read from data files that give each its source.

A slice is a frozen record whose fields are plain numbers; ``data/settings/SLICE.toml`` gives each field as a table::

    [max_gap_s]
    value = 0.2
    unit = "s"
    evidence = "engineering"      # published | consensus | engineering
    source = "..."                # a key of references.toml, or "own" for a choice of ours
    why = "..."

A stage receives its own slice and nothing else.
"""

import hashlib
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from hiphinge.records import Evidence, Record


class SettingEntry(Record, frozen=True, kw_only=True):
    """One number with its authority."""

    value: float | int | bool | str
    unit: str
    evidence: Evidence
    source: str
    why: str


class VideoSettings(Record, frozen=True, kw_only=True):
    """Reading recordings and writing the overlay."""

    min_side_px: int
    min_fps: float
    min_duration_s: float
    variable_tolerance: float
    variable_share: float
    early_end_s: float
    time_jump_s: float
    gap_max_s: float
    fallback_fps: float
    seek_from_s: float
    seek_blind_s: float
    prefetch_frames: int
    decode_threads: int
    encode_preset: str
    encode_crf: int
    keyframe_frames: int


class PoseSettings(Record, frozen=True, kw_only=True):
    """Finding and following the lifter; each field's unit and reason stand in ``data/settings/pose.toml``."""

    detection_score: float
    detection_overlap: float
    presence_score: float
    region_scale: float
    refine_kernel: int
    refine_confidence: float
    steady_cutoff_hz: float
    steady_speed_gain: float
    steady_slope_cutoff_hz: float
    quick_scout_frames: int
    scout_frames: int
    same_person_distance: float
    same_person_growth: float
    duplicate_distance: float
    person_min_share: float
    hinge_range_deg: float
    idle_weight: float
    keypoint_visible: float
    jump_distance: float
    jump_growth: float
    verify_every_s: float
    verify_crowd_every_s: float
    overrule_share: float
    seed_distance: float
    seed_growth: float
    search_window: float
    forget_after_s: float


class CleaningSettings(Record, frozen=True, kw_only=True):
    """From raw landmarks to a clean, uniformly sampled track."""

    swap_switch_cost: float
    swap_frame_cost: float
    swap_step_cap: float
    outlier_window_s: float
    outlier_sigmas: float
    outlier_floor: float
    max_gap_s: float
    place_radius: float
    steady_speed: float
    min_stance_s: float
    hidden_confidence: float
    sure_confidence: float
    body_shift: float
    length_tolerance: float
    length_spread_max: float
    cutoff_lowest_hz: float
    cutoff_highest_hz: float
    cutoff_usual_hz: float
    slow_rate_deg_s: float
    fast_rate_deg_s: float
    pad_s: float
    landmark_bias: float
    doubt_spread: float
    gap_acceleration: float
    replaced_widening: float


class ViewSettings(Record, frozen=True, kw_only=True):
    """Judging from where the camera saw the lifter."""

    sagittal_max_deg: float
    frontal_min_deg: float
    yaw_error_deg: float
    shoulder_width: float
    hip_width: float
    turn_min_s: float
    turn_evidence: float
    depth_weight: float
    straight_bend_deg: float
    straight_share_min: float
    feet_level: float
    roll_min_deg: float
    roll_max_deg: float
    roll_warn_deg: float
    foot_confidence: float
    drift_window_s: float
    step_speed: float
    drift_max: float


class KinematicsSettings(Record, frozen=True, kw_only=True):
    """Angles and their errors; each field's unit and reason stand in ``data/settings/kinematics.toml``."""

    trunk_per_stature: float
    leg_per_stature: float
    hip_height_per_stature: float
    max_corrected_yaw_deg: float
    pair_confidence: float
    grounded_quantile: float
    lift_start: float
    lift_end: float
    hip_bias_deg: float
    knee_bias_deg: float
    trunk_bias_deg: float
    thigh_bias_deg: float
    shank_bias_deg: float
    elbow_bias_deg: float
    pelvis_bias_deg: float
    pelvis_width: float
    neck_bias_deg: float
    face_bias_deg: float
    place_bias: float
    tallest_quantile: float
    standing_height_share: float
    standing_max_trunk_deg: float
    standing_max_hip_deg: float
    standing_min_s: float
    standing_still_deg_s: float
    standing_still_quantile: float
    standing_trunk_deg: float
    standing_hip_deg: float
    standing_knee_deg: float
    standing_neck_deg: float
    standing_face_deg: float
    standing_angle_error_deg: float
    standing_head_error_deg: float
    standing_place_error: float
    planted_window_s: float


class SpineSettings(Record, frozen=True, kw_only=True):
    """The back line and what is read from it; each field's unit and reason stand in ``data/settings/spine.toml``."""

    outline_sharp: float
    outline_window_s: float
    outline_sigmas: float
    outline_floor: float
    outline_neighbours: int
    outline_step: float
    outline_max_gap_s: float
    outline_pad_s: float
    outline_least_confidence: float
    outline_pixel_error: float
    outline_doubt: float
    outline_gap_acceleration: float
    outline_scatter: float
    arm_radius: float
    arm_fade: float
    picture_margin: float
    rod_press: float
    rod_spare: float
    rod_below: float
    rod_above: float
    rod_sacrum_along: float
    rod_sacrum_slide: float
    rod_sacral_to: float
    rod_thoracic_from: float
    rod_least_confidence: float
    rod_least_seen: float
    rod_shape_noise: float
    rod_shape_cut: float
    rod_shape_share: float
    rod_shape_least: float
    rod_shape_reach: float
    rod_lost: float
    rod_beyond_own: float
    rod_regain: float
    rod_lost_s: float
    rod_look_every_s: float
    rod_width: float
    rod_contrast: float
    rod_least_run: float
    rod_least_cover: float
    rod_behind_least: float
    rod_behind_most: float
    rod_top_least: float
    rod_keeps_place: float
    rod_turn_least_deg: float
    rod_looks_least: int
    rod_seen_least: float
    rod_bridge_s: float
    rod_place_error: float
    rod_touch_most: float
    rod_head_most: float
    most_yaw_deg: float
    least_back_seen: float
    most_strange: float
    least_judged: float
    reading_cutoff_hz: float
    still_error_share: float
    thoracic_prior_deg: float
    spine_error_correlation: float


class LoadSettings(Record, frozen=True, kw_only=True):
    """Following the load and finding plates; each field's unit and reason stand in ``data/settings/load.toml``."""

    grip_along: float
    grip_ahead: float
    grip_error: float
    bar_along: float
    bar_ahead: float
    bar_error: float
    hands_apart_spread: float
    place_bias: float
    midfoot_ahead: float
    hanging_over_midfoot: float
    hanging_error: float
    hanging_least: float
    speed_window_s: float
    speed_bias: float
    midfoot_error: float
    body_error: float
    legs_usual: float
    speed_span_s: float
    stature_least_m: float
    stature_most_m: float
    plate_diameter_m: float
    plate_radius_error: float
    plate_nearer_m: float
    hands_nearer_m: float
    camera_m: float
    camera_error: float
    plate_gain_error: float
    plate_most_yaw_deg: float
    plate_look_every_s: float
    plate_reach: float
    plate_edge: float
    plate_roundness: float
    plate_radius_least: float
    plate_radius_most: float
    plate_same_size: float
    plate_keeps_place: float
    plate_looks_least: int
    plate_seen_least: float
    plate_rival: float
    plate_travel_least: float
    plate_gain_least: float
    plate_gain_most: float
    plate_bridge_s: float


class RepSettings(Record, frozen=True, kw_only=True):
    """Finding repetitions and phases; each field's unit and reason stand in ``data/settings/reps.toml``."""

    angle_share: float
    drop_to_deg: float
    max_depth_deg: float
    min_depth_deg: float
    typical_quantile: float
    min_share: float
    turn_tolerance: float
    upright_share: float
    slow_deg_s: float
    slow_share: float
    rest_share: float
    lead_s: float
    edge_s: float
    departure_share: float
    floor_setup_s: float
    floor_min_trunk_deg: float
    max_bottom_s: float
    seen_turn_share: float
    lone_cut_depth_deg: float
    max_cut_depth: float
    edge_upright_share: float
    max_top_share: float
    min_half_s: float
    spike_window_s: float
    spike_deg: float
    jump_window_s: float
    max_rate_deg_s: float
    max_lockout_s: float
    max_bridge_s: float
    min_hip_deg: float
    foreshortened: float
    single_leg_lift: float


class MetricSettings(Record, frozen=True, kw_only=True):
    """What is measured of each repetition, and the edges between squat and hinge."""

    extreme_window_s: float
    phase_error_s: float
    tempo_low: float
    tempo_high: float
    tempo_reach_s: float
    tempo_error_share: float
    tempo_most_added: float
    speed_span_s: float
    error_correlation: float
    least_knee_rom_deg: float
    least_shoulder_drop: float
    drift_from: float
    hold_s: float
    deep_from: float
    deep_seen_share: float
    spine_error_correlation: float
    head_carried_thoracic: float
    head_carried_lumbar: float
    onset_slope: float
    onset_window_deg: float
    onset_bin_deg: float
    onset_least_span_deg: float
    onset_least_gain_deg: float
    onset_noise_deg: float
    onset_sure: float
    onset_slow_share: float
    load_leaves: float
    load_swung_forward: float
    least_contrasts: int
    squat_ratio: float
    hinge_ratio: float
    squat_shank_deg: float
    hinge_shank_deg: float
    squat_trunk_minus_shank_deg: float
    hinge_trunk_minus_shank_deg: float
    squat_hip_drop: float
    hinge_hip_drop: float
    squat_index: float
    hinge_index: float


class ExerciseSettings(Record, frozen=True, kw_only=True):
    """Telling exercises apart."""

    other_share: float
    single_rep_share: float
    oblique_share: float
    frontal_share: float
    overhead_from: float
    bottom_s: float
    tall_share: float
    most_share: float
    hand_confidence: float
    hands_together: float
    hand_aside: float
    hand_bias: float
    place_error: float
    cycle_error_s: float
    most_yaw_deg: float
    grade_from: float
    alternatives: int
    least_alternative: float
    told_from: float
    least_share: float
    change_price: float
    change_after_rest: float
    long_rest_s: float
    long_rest_share: float
    least_steps: int
    step_lift: float
    step_s: float
    lying_sink: float
    bent_deg: float
    upright_deg: float


class CoachingSettings(Record, frozen=True, kw_only=True):
    """From findings of repetitions to one verdict of the set."""

    present_reps: int
    present_share: float
    close_share: float
    sure_of_exercise: float
    good_coverage: float
    judged_share: float
    regress_drills: int
    listed_reps: int
    praises: int
    clean_range_error_deg: float
    late_from: float
    tiring_reps: int
    tiring_deg: float
    tiring_s: float
    told_changes: int
    alike_deg: float
    alike_tempo: float
    tiring_sure: float
    rep_error_correlation: float


class ScoreSettings(Record, frozen=True, kw_only=True):
    """The score of a repetition."""

    decay: float
    least_judged: float


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


class DrillSettings(Record, frozen=True, kw_only=True):
    """When a set passes its drill."""

    pass_reps: int
    pass_share: float


class WallSettings(Record, frozen=True, kw_only=True):
    """The seat and the wall behind it."""

    heel_error: float
    scale_error: float
    wall_error_cm: float
    usual_stature_cm: float
    usual_stature_error_cm: float


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
    back_margin: float
    back_aspect: float
    load_line: float
    load_vertical: float
    back_points: int
    fault_shown_s: float
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


class Settings(Record, frozen=True, kw_only=True):
    """All slices."""

    video: VideoSettings
    pose: PoseSettings
    cleaning: CleaningSettings
    view: ViewSettings
    kinematics: KinematicsSettings
    spine: SpineSettings
    load: LoadSettings
    reps: RepSettings
    metrics: MetricSettings
    exercises: ExerciseSettings
    coaching: CoachingSettings
    score: ScoreSettings
    drills: DrillSettings
    wall: WallSettings
    ghost: GhostSettings
    overlay: OverlaySettings


Slice = TypeVar("Slice", bound=Record)


def entries(slice_name: str) -> dict[str, SettingEntry]:
    """Every setting of one slice with its unit, evidence, source and reason."""
    text = files("hiphinge").joinpath("data", "settings", f"{slice_name}.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, SettingEntry])


def load_slice(slice_name: str, kind: type[Slice]) -> Slice:
    """Read one slice's defaults, e.g. ``load_slice("cleaning", CleaningSettings)``."""
    return msgspec.convert({name: entry.value for name, entry in entries(slice_name).items()}, kind)


def load_settings() -> Settings:
    """Read the defaults of every slice."""
    slices: dict[str, Any] = {
        field.name: load_slice(field.name, field.type) for field in msgspec.structs.fields(Settings)
    }
    return Settings(**slices)


def settings_sha256(settings: Settings, library_sha256: str = "") -> str:
    """Fingerprint of the settings an analysis used, and of the exercises, rules and faults it judged by."""
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted") + library_sha256.encode()).hexdigest()

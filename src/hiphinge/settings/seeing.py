"""What the camera saw: reading, pose, cleaning, view, angles, spine and load."""

from hiphinge.records import Record


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
    still_hips_deg: float
    moved_side_px: int
    moved_grey: int
    moved_rim: float
    moved_least: float
    moved_most: float
    moved_around: float
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
    closer_below: float
    closer_every_s: float
    closer_gap_s: float
    closer_knees_apart: float
    astray_from: float
    astray_most: float
    astray_settled: float
    astray_place: float
    astray_window_s: float
    astray_scatter: float
    astray_end_scatter: float
    astray_turn_deg: float
    astray_wider: float


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
    usual_neck_deg: float
    usual_neck_spread_deg: float
    usual_face_deg: float
    usual_face_spread_deg: float
    face_gain: float
    face_shortest: float
    face_longest: float
    standing_place_error: float
    planted_window_s: float
    hip_line_forward: float
    hip_line_up: float
    hip_line_spread: float
    hip_slide_forward: float
    hip_slide_up: float
    hip_slide_spread: float
    hip_line_looks: int
    hip_line_error: float
    hip_lean_share: float
    hip_off_sigmas: float
    shank_of_leg: float
    leg_length_spread: float
    leg_turned_out: float
    knee_least_error: float
    knee_tails: float
    knee_off_from: float
    knee_off_whole: float
    leg_reading_most_deg: float
    leg_reading_knee_deg: float
    leg_reading_no_knee_deg: float
    leg_reading_hidden_share: float
    leg_reading_error_share: float
    one_leg_thigh_deg: float
    leg_lack_most_deg: float
    leg_hidden_confidence: float
    leg_seen_confidence: float
    knee_backwards_deg: float
    leg_reach_most_yaw_deg: float
    sides_apart_deg: float
    sides_apart_share: float
    sides_apart_most_yaw_deg: float


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


class WallSettings(Record, frozen=True, kw_only=True):
    """The seat and the wall behind it."""

    heel_error: float
    scale_error: float
    wall_error_cm: float
    usual_stature_cm: float
    usual_stature_error_cm: float
    look_every_s: float
    looks_most: int
    looks_least: int
    trunks_per_stature: float
    edge_lean_deg: float
    edge_piece: float
    edge_known: float
    edge_straight: float
    edge_least: float
    edge_top: float
    edge_loose: float
    seam_slope_least: float
    seam_slope_most: float
    seam_reach: float
    seam_least: float
    seam_least_hidden: float
    seam_shows: float
    seam_cover: float
    seam_contrast: float
    nearest: float
    farthest: float
    sole: float
    ground_error: float
    seat_aside: float
    seat_aside_error: float
    camera_height: float
    contradicts: float
    within_reach: float


class SecondSettings(Record, frozen=True, kw_only=True):
    """A second clip of the same set; each field's unit and reason stand in ``data/settings/second.toml``."""

    least_yaw_deg: float
    step_s: float
    search_s: float
    partner_s: float
    least_overlap_s: float
    least_likeness: float
    least_pairs_share: float
    clear_by: float
    clear_least: float
    clock_error_s: float
    distance: float
    half_leg: float
    least_stance: float
    least_extent: float
    hands_apart: float
    shoulder_width: float
    confidence: float
    level_error: float
    place_bias: float
    knee_bias_deg: float
    tilt_bias_deg: float
    square_from_deg: float
    square_gain: float
    hip_width: float
    ratio_bias: float
    most_knee_error_deg: float
    pelvis_bias_deg: float
    tilt_oblique_deg: float
    bottom_s: float
    most_uneven_s: float
    most_apart_s: float
    own_noise: float
    knee_oblique_deg: float
    knee_confidence: float
    hips_narrowest: float
    hips_widest: float
    feet_s: float
    ratio_noise: float
    knees_follow: float
    lost_drop: float
    lost_share: float

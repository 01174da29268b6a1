"""What is said of it: repetitions, metrics, exercises, coaching, score and drills."""

from hiphinge.records import Record


class RepSettings(Record, frozen=True, kw_only=True):
    """Finding repetitions and phases; each field's unit and reason stand in ``data/settings/reps.toml``."""

    angle_share: float
    drop_to_deg: float
    max_depth_deg: float
    min_depth_deg: float
    typical_quantile: float
    min_share: float
    shallow_depth_deg: float
    shallow_hip_deg: float
    shallow_trunk_deg: float
    shallow_top_deg: float
    shallow_pace: float
    shallow_gap: float
    shallow_alone: int
    turn_tolerance: float
    bottom_trunk: float
    bottom_step_deg: float
    bottom_steps: int
    upright_share: float
    slow_deg_s: float
    slow_share: float
    rest_share: float
    lead_s: float
    edge_s: float
    departure_share: float
    floor_setup_s: float
    floor_min_trunk_deg: float
    floor_hips_rise: float
    floor_tip_share: float
    floor_rest_s: float
    floor_still_share: float
    floor_tip_s: float
    floor_rest_tip_share: float
    max_bottom_s: float
    seen_turn_share: float
    lone_cut_depth_deg: float
    max_cut_depth: float
    edge_upright_share: float
    edge_still_s: float
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
    single_leg_while: float
    single_leg_most: float
    single_leg_split_deg: float


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
    least_shared_lean_deg: float
    drift_from: float
    hold_s: float
    wall_rest_gap: float
    wall_rest_speed: float
    balance_sway_floor: float
    balance_wobble_floor_deg: float
    touch_depth: float
    balance_sway_error: float
    balance_wobble_error_deg: float
    balance_least_s: float
    balance_looks_per_s: float
    touch_from: float
    touch_below: float
    touch_while_s: float
    touch_most_speed: float
    touch_error: float
    balance_bends: int
    deep_from: float
    legs_seen_from: float
    legs_seen_whole: float
    shank_error_share: float
    least_confidence: float
    lowest_from: float
    rise_confidence: float
    rest_deg_s: float
    rest_share: float
    deep_seen_share: float
    free_foot_kept: float
    knees_from: float
    knees_seen_share: float
    spine_error_correlation: float
    head_carried_thoracic: float
    head_carried_lumbar: float
    neck_gain: float
    neck_error_share: float
    neck_of_face: float
    head_thoracic_correlation: float
    head_lumbar_correlation: float
    thoracic_lumbar_correlation: float
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
    load_confidence: float
    load_error_share: float
    least_contrasts: int
    dominance_error_share: float
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
    held_share: float
    arm_length: float
    hidden_hand: float
    hand_bias: float
    one_foot_lift: float
    place_error: float
    cycle_error_s: float
    most_yaw_deg: float
    grade_from: float
    grade_single: float
    alternatives: int
    least_alternative: float
    told_from: float
    least_share: float
    change_price: float
    change_after_rest: float
    long_rest_s: float
    long_rest_share: float
    legs_confidence: float
    least_steps: int
    step_lift: float
    step_s: float
    lying_sink: float
    bent_deg: float
    bent_s: float
    bent_still_deg: float
    upright_deg: float


class CoachingSettings(Record, frozen=True, kw_only=True):
    """From findings of repetitions to one verdict of the set."""

    present_reps: int
    present_share: float
    close_share: float
    sure_of_exercise: float
    good_coverage: float
    judged_share: float
    judged_reps: float
    regress_drills: int
    listed_reps: int
    praises: int
    near_standing_deg: float
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
    number_judged: float


class ScoreSettings(Record, frozen=True, kw_only=True):
    """The score of a repetition."""

    decay: float
    least_judged: float


class DrillSettings(Record, frozen=True, kw_only=True):
    """When a set passes its drill."""

    pass_reps: int
    pass_share: float


class UnseenSettings(Record, frozen=True, kw_only=True):
    """Saying what was badly seen, and why."""

    least_confidence: float
    outside_share: float
    edge_share: float
    least_trunk_px: float

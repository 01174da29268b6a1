"""Which moments of a clip are worth a picture, and which one stands for the whole set."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from hiphinge.faults import SEVERITY, rules_of
from hiphinge.records import ACTED_ON, AnalysisRecord, Finding, Rep, Second, SummaryFinding, Verdict

MomentKind = Literal[
    "start", "bottom", "lockout", "worst", "onset", "spine", "fault", "ghost", "second", "second_start"
]

ANGLES: Final = ("hip_flexion", "knee_flexion", "trunk_inclination", "shank_inclination", "head_angle")
"""The angles that can be drawn, by the stem of their names in the kinematics."""
SPINE_ANGLES: Final = ("lumbar_flexion", "thoracic_flexion")
"""Angles of the back, which are read from its outline and drawn as its shape."""
SPINE_FAULTS: Final = ("lower_back_rounding", "upper_back_rounding", "hyperextension")
BASIC_ANGLES: Final = ("hip_flexion", "knee_flexion", "trunk_inclination")
_EXTREME: Final = re.compile(rf"({'|'.join(ANGLES)}|neck_angle)_(max|min|deep)|lockout_trunk_inclination")
_OF_SPINE: Final = re.compile(r"lumbar|thoracic|dowel")
_OF_TIME: Final = frozenset({"eccentric_s", "pause_s", "concentric_s"})
"""Metrics that no picture shows: their moment is where a phase begins, and there the lifter may just stand."""
_ANGLES_OF_METRIC: Final = {
    "hinge_dominance": ("hip_flexion", "knee_flexion"),
    "knee_drift": ("knee_flexion",),
    "trunk_minus_shank": ("trunk_inclination", "shank_inclination"),
    "trunk_tip_on_rise": ("trunk_inclination",),
    "peak_hip_speed": ("hip_flexion",),
    "hip_knee_ratio": ("hip_flexion", "knee_flexion"),
    "stoop_squat_index": ("trunk_inclination", "knee_flexion"),
    "hip_drop": ("knee_flexion", "hip_flexion"),
    "hip_travel_back": ("hip_flexion", "shank_inclination"),
    "neck_angle_min": ("head_angle",),
    "neck_angle_max": ("head_angle",),
    **dict.fromkeys(
        (
            "load_path_drift",
            "elbow_flexion_max",
            "pelvis_roll",
            "rear_leg_line",
            "knees_inward",
            "stance_knee_inward",
            "wall_gap_min",
        ),
        (),
    ),
}


@dataclass(frozen=True)
class Moment:
    """A time worth a picture; `angles` are those to point out, `verdict` colours them.

    "onset" is where the lower back begins to round, "spine" the worst moment of one fault that the back's own shape
    shows, "fault" that of any other one beside the leading one, "ghost" the "worst" moment again as it would have been
    right, where a fault leads and a ghost can be made; "second" and "second_start" are of the second clip, on the first
    one's clock.

    `reading` is the finding's own value and standard error, degrees, where its metric is one angle's extreme: it is
    averaged over neighbouring frames, so a single frame's value may differ from it by a degree.
    """

    kind: MomentKind
    at_s: float
    rep: int
    angles: tuple[str, ...]
    fault: str | None = None
    verdict: Verdict | None = None
    reading: tuple[float, float] | None = None


@dataclass(frozen=True)
class Still:
    """A picture of a moment, cropped around the lifter."""

    moment: Moment
    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True)
class Headline:
    """One finding of the set, the one that leads the report for one, with the repetition that shows it best."""

    finding: SummaryFinding
    rep: Rep
    shown: Finding

    @property
    def at_s(self) -> float:
        """The moment that shows it; the bottom where no single moment does."""
        at_s = None if self.shown.metric in _OF_TIME else self.shown.at_s
        return self.rep.bottom_s if at_s is None else at_s


def headline(record: AnalysisRecord) -> Headline | None:
    """Choose the first finding that is present, else the first borderline one; None for a clean set.

    The summary gives findings in the order of their weight; the repetition is the one farthest beyond its limit.
    """
    return next(iter(_to_work_on(record)), None)


def besides(record: AnalysisRecord) -> tuple[Headline, ...]:
    """Every other finding of the set that is present or borderline, in the same order."""
    return tuple(_to_work_on(record))[1:]


def _to_work_on(record: AnalysisRecord) -> Iterator[Headline]:
    for verdict in ("present", "borderline"):
        for finding in record.summary.findings:
            if finding.verdict == verdict:
                seen = [(rep, one) for rep in record.reps for one in rep.findings if one.fault == finding.fault]
                seen = [pair for pair in seen if pair[0].index in finding.reps]
                if seen:
                    rep, shown = max(seen, key=lambda pair: beyond(pair[1], record.exercise.name))
                    yield Headline(finding, rep, shown)


def beyond(finding: Finding, exercise: str) -> float:
    """How far a finding's value lies on the faulty side of its limit, in its unit; −inf where it has no value."""
    if finding.value is None:
        return -math.inf
    rules = (rule for rule in rules_of(exercise) if (rule.fault, rule.metric) == (finding.fault, finding.metric))
    return next((rule.beyond(finding.value) for rule in rules), 0.0)


def faulty_above(finding: Finding, exercise: str) -> bool | None:
    """Tell whether the faulty side of a finding's limit is above it; None where no rule of the exercise says."""
    rules = (rule for rule in rules_of(exercise) if (rule.fault, rule.metric) == (finding.fault, finding.metric))
    return next((rule.at_most is not None for rule in rules), None)


def angles_of(metric: str | None) -> tuple[str, ...]:
    """Name the angles that show a metric on a picture; none for the back, which shows itself."""
    if metric is None:
        return BASIC_ANGLES[:1]
    if _OF_SPINE.search(metric):
        return ()
    if metric in _ANGLES_OF_METRIC:
        return _ANGLES_OF_METRIC[metric]
    return tuple(name for name in ANGLES if name in metric) or BASIC_ANGLES[:1]


def moments(record: AnalysisRecord, *, gallery_reps_max: int) -> tuple[Moment, ...]:
    """List the pictures a report wants, in the order of time.

    Every repetition gives its bottom; the first `gallery_reps_max` also their start and lockout. One more is the worst
    moment of the set, or, where nothing is wrong, the bottom of the best-seen complete repetition. Each other fault
    gives its own worst moment, and the back the one at which it begins to round.
    """
    wanted = [_worst(record), *_of_the_back(record), *_of_others(record)] if record.reps else []
    for order, rep in enumerate(record.reps):
        wanted.append(Moment("bottom", rep.bottom_s, rep.index, BASIC_ANGLES))
        if order < gallery_reps_max:
            wanted.append(Moment("start", rep.start_s, rep.index, ()))
            wanted.append(Moment("lockout", _lockout_s(rep), rep.index, ()))
    return tuple(sorted(wanted, key=lambda moment: moment.at_s))


def _worst(record: AnalysisRecord) -> Moment:
    lead = headline(record)
    if lead is None:
        rep = next((rep for rep in record.reps if rep.complete), record.reps[0])
        return Moment("worst", rep.bottom_s, rep.index, BASIC_ANGLES, verdict=_clean_verdict(record))
    return _moment_of(lead, "worst")


def _moment_of(one: Headline, kind: MomentKind) -> Moment:
    angles = () if one.shown.view == "second" else angles_of(one.shown.metric)
    return Moment(kind, one.at_s, one.rep.index, angles, one.finding.fault, one.finding.verdict, _reading(one))


def _of_others(record: AnalysisRecord) -> list[Moment]:
    """Moments of the faults beside the leading one, but for those that the second clip or the back's picture shows."""
    shown = (one for one in besides(record) if one.shown.view != "second" and not shows_in_back(one.shown))
    return [_moment_of(one, "fault") for one in shown]


def shows_in_back(finding: Finding) -> bool:
    """Whether the back's shape is what decided, and not where the trunk leans."""
    return finding.metric is not None and _OF_SPINE.search(finding.metric) is not None


def is_square(second: Second) -> bool:
    """Whether the second clip was filmed square from in front or behind, so that knees keep to a line in it."""
    return second.view is not None and second.view.plane == "frontal"


def second_moments(record: AnalysisRecord) -> tuple[Moment, ...]:
    """List the pictures wanted of the second clip: what it decided at its worst, and the same repetition's start.

    Where it found nothing, the deepest moment of the first repetition that both clips show.
    """
    paired = {pair.rep for pair in record.second.pairs} if record.second is not None else set()
    reps = [rep for rep in record.reps if rep.index in paired]
    if not reps:
        return ()
    seen = [(rep, one) for rep in reps for one in rep.findings if one.view == "second" and one.verdict in ACTED_ON]
    if not seen:
        found = next((one for one in reps[0].findings if one.view == "second"), None)
        verdict = None if found is None else found.verdict
        shown = Moment("second", reps[0].bottom_s, reps[0].index, (), verdict=verdict)
        return (Moment("second_start", reps[0].start_s, reps[0].index, ()), shown)
    rep, one = max(seen, key=lambda p: (p[1].verdict == "present", beyond(p[1], record.exercise.name)))
    at_s = rep.bottom_s if one.at_s is None else one.at_s
    worst = Moment("second", at_s, rep.index, (), one.fault, one.verdict)
    return (Moment("second_start", rep.start_s, rep.index, ()), worst)


def back_rep(record: AnalysisRecord) -> Rep | None:
    """Choose the repetition that stands for the back: worst judged, then most rounded; None where none was measured."""
    known = [rep for rep in record.reps if _value(rep, "lumbar_flexion_max") is not None]
    return max(known, key=lambda rep: (_rank(rep), _value(rep, "lumbar_flexion_max") or 0.0), default=None)


def _rank(rep: Rep) -> int:
    verdict = next((one.verdict for one in rep.findings if one.fault == SPINE_FAULTS[0]), SEVERITY[0])
    return SEVERITY.index(verdict)


def onset_rep(record: AnalysisRecord) -> Rep | None:
    """Choose the repetition that shows where rounding begins; None where the set does not round or it was not told.

    It is the one whose onset stands for the set's, else the back's own, else the first that tells.
    """
    if not any(one.fault == SPINE_FAULTS[0] and one.verdict in ACTED_ON for one in record.summary.findings):
        return None
    telling = [rep for rep in record.reps if _onset_s(rep) is not None]
    clean, own = record.summary.clean_range_deg, back_rep(record)
    at_s = None if clean is None else clean.at_s
    ranked = sorted(telling, key=lambda rep: (_onset_s(rep) != at_s, rep != own))
    return next(iter(ranked), None)


def _of_the_back(record: AnalysisRecord) -> list[Moment]:
    wanted = []
    begun = onset_rep(record)
    if begun is not None:
        wanted.append(Moment("onset", _onset_s(begun) or begun.bottom_s, begun.index, ()))
    for fault in SPINE_FAULTS:
        seen = [(rep, one) for rep in record.reps for one in rep.findings if one.fault == fault]
        seen = [pair for pair in seen if pair[1].verdict in ACTED_ON and shows_in_back(pair[1])]
        if seen:
            rep, one = max(seen, key=lambda p: (p[1].verdict == "present", beyond(p[1], record.exercise.name)))
            at_s = rep.bottom_s if one.at_s is None else one.at_s
            wanted.append(Moment("spine", at_s, rep.index, (), fault, one.verdict))
    return wanted


def _onset_s(rep: Rep) -> float | None:
    metric = rep.metrics.get("lumbar_onset_hip_flexion")
    return None if metric is None or metric.value is None else metric.at_s


def _value(rep: Rep, name: str) -> float | None:
    metric = rep.metrics.get(name)
    return None if metric is None else metric.value


def _reading(lead: Headline) -> tuple[float, float] | None:
    name = lead.shown.metric or ""
    metric = lead.rep.metrics.get(name)
    if metric is None or metric.value is None or metric.error is None or not _EXTREME.fullmatch(name):
        return None
    return metric.value, metric.error


def _clean_verdict(record: AnalysisRecord) -> Verdict:
    judged = record.summary.not_judged is None and any(one.verdict == "absent" for one in record.summary.findings)
    return "absent" if judged else "not_assessable"


def _lockout_s(rep: Rep) -> float:
    """Middle of the lockout; the end of the repetition where it has none."""
    return next(((p.start_s + p.end_s) / 2 for p in rep.phases if p.name == "lockout"), rep.end_s)

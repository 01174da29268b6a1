"""From findings to words: one verdict of the set, what went well, and the one correction to try first."""

from collections import Counter
from typing import Final, NamedTuple

from hiphinge import steadiness
from hiphinge.clean_range import clean_range
from hiphinge.course_of_set import LUMBAR, alike, course_of_set, is_plain
from hiphinge.exercises import exercises
from hiphinge.faults import SEVERITY, fault_entries, rules_of
from hiphinge.manners import Manner, manner_of
from hiphinge.messages import choose, known, localised, message
from hiphinge.not_judged import OfSet, first_sentence, how_to_film, is_decisive, not_judged
from hiphinge.records import (
    ACTED_ON,
    Change,
    ExerciseGuess,
    ExerciseSet,
    Finding,
    Metric,
    NextStep,
    NotJudged,
    Plane,
    Quality,
    Rep,
    Strength,
    Summary,
    SummaryFinding,
    Verdict,
    View,
)
from hiphinge.score import one_number, score_of_set
from hiphinge.settings import CoachingSettings, load_slice
from hiphinge.what_it_was import is_graded, opening, other_sets

BACK = "lower_back_rounding"
BACK_FAULTS = frozenset({BACK, "upper_back_rounding", "hyperextension"})
_SPOKEN_AGAINST: Final = {"knee_flexion_max": "squatting"}
"""Faults whose absence is no praise where this metric plainly grows over the set."""


class Called(NamedTuple):
    """One fault over the set: its verdict, and the repetitions in which it was present or, failing that, close."""

    fault: str
    verdict: Verdict
    reps: tuple[int, ...]
    reason: str | None
    manner: Manner = Manner()
    slips: tuple[int, ...] = ()
    """Repetitions that showed it, or may have, without it being so of the set."""
    as_often: bool = False
    """Whether these are as large a share of the set as makes a fault of a longer one."""


def summarise(
    reps: tuple[Rep, ...],
    exercise: ExerciseGuess,
    view: View,
    quality: Quality,
    *,
    sets: tuple[ExerciseSet, ...] = (),
    strength: Strength | None = None,
    settings: CoachingSettings | None = None,
) -> Summary:
    """Put the set into words.

    Parameters
    ----------
    reps : judged repetitions of the exercise.
    exercise, view : what was done and from where it was seen.
    quality : how much of the clip showed the lifter.
    sets : every set of the clip; those of other exercises are named.
    strength : what the set tells of it, taken over as it is.
    settings : from how many repetitions a fault counts; the package's own where not given.
    """
    settings = settings or load_slice("coaching", CoachingSettings)
    called = tuple(_call(fault, reps, settings) for fault in _faults_of(reps))
    clean = _clean_range(reps, called, settings)
    called = tuple(_with_manner(one, called, reps, settings) for one in called)
    called = tuple(one if clean.hip_flexion else _without_depth(one) for one in called)
    whole = sum(rep.complete for rep in reps)
    points = score_of_set(reps)
    course = course_of_set(reps, settings=settings)
    unseen = not_judged([OfSet(one.fault, one.verdict, one.reason) for one in called], view.plane)
    return Summary(
        reps=whole,
        verdict=opening(exercise, whole, len(reps) - whole, settings)
        + (_main_point(called, unseen, len(reps), view, settings=settings) if is_graded(exercise) else "")
        + _doubt(quality, settings),
        went_well=_went_well(called, exercise, frozenset(_grown(course, settings)), settings),
        findings=tuple(_summary_finding(entry, exercise) for entry in sorted(called, key=_rank)),
        next_step=_next_step(exercise, called, unseen, view.plane, settings=settings),
        not_judged=unseen,
        clean_range_deg=clean.hip_flexion,
        clean_range_at_least=clean.at_least,
        clean_range=clean.words,
        course=course,
        remarks=other_sets(exercise, sets) + _remarks(course, exercise, settings) + steadiness.remarks(reps),
        hinge_score=one_number(points, judged=settings.number_judged),
        score=points,
        strength=strength,
    )


def set_verdict(findings: list[tuple[int, Finding]], settings: CoachingSettings) -> tuple[Verdict, tuple[int, ...]]:
    """One fault's verdict over the set, from (repetition, finding) pairs.

    Present if it is so in `present_reps` repetitions, or in `present_share` of those that could be judged; borderline
    if it is so in fewer, or if as many by both counts are at least close; absent if `judged_reps` of the repetitions
    were judged; otherwise not assessable. So one clear fault in a long set is told, but as a slip, and what was seen in
    one repetition of ten clears nobody.
    """
    judged = [(index, finding.verdict) for index, finding in findings if finding.verdict != "not_assessable"]
    if not judged:
        return "not_assessable", ()
    present = tuple(index for index, verdict in judged if verdict == "present")
    if present and (len(present) >= settings.present_reps or len(present) >= settings.present_share * len(judged)):
        return "present", present
    if present:
        return "borderline", present
    close = tuple(index for index, verdict in judged if verdict in ACTED_ON)
    if len(close) >= max(settings.close_share * len(judged), min(settings.present_reps, len(judged))):
        return "borderline", close
    return "absent" if len(judged) >= settings.judged_reps * len(findings) else "not_assessable", ()


def _call(fault: str, reps: tuple[Rep, ...], settings: CoachingSettings) -> Called:
    findings = [(rep.index, finding) for rep in reps for finding in rep.findings if finding.fault == fault]
    verdict, indices = set_verdict(findings, settings)
    reasons = Counter(finding.reason for _, finding in findings if finding.reason)
    reason = reasons.most_common(1)[0][0] if verdict == "not_assessable" and reasons else None
    shown = tuple(index for index, finding in findings if finding.verdict in ACTED_ON)
    slips = shown if verdict == "absent" else ()
    judged = sum(finding.verdict != "not_assessable" for _, finding in findings)
    return Called(fault, verdict, indices, reason, slips=slips, as_often=len(slips) >= settings.close_share * judged)


def _with_manner(one: Called, called: tuple[Called, ...], reps: tuple[Rep, ...], settings: CoachingSettings) -> Called:
    """Add the way the fault shows, from the repetitions that show it; from all where it is absent."""
    shown = [rep for rep in reps if rep.index in one.reps or one.verdict == "absent"]
    others = frozenset(other.fault for other in called if other.verdict in ACTED_ON)
    return one._replace(manner=manner_of(one.fault, one.verdict, shown, others=others, settings=settings))


def _without_depth(one: Called) -> Called:
    """A fault in words that name no depth: where none can be told, none is given in passing."""
    return one._replace(manner=Manner()) if one.fault == BACK and one.manner.key == "late" else one


class _CleanWords(NamedTuple):
    hip_flexion: Metric | None = None
    at_least: bool = False
    words: str | None = None


def _clean_range(reps: tuple[Rep, ...], called: tuple[Called, ...], settings: CoachingSettings) -> _CleanWords:
    """The clean range and its sentence; nothing where the exercise is not judged by the back."""
    back = next((one for one in called if one.fault == BACK), None)
    if back is None:
        return _CleanWords()
    found = clean_range(reps, back.verdict, back.reps, settings=settings)
    metric = found.hip_flexion
    if metric is None or metric.value is None or metric.error is None:
        reason = message(back.reason) if back.reason else ""
        return _CleanWords(words=message(found.withheld or "clean_range.not_judged", reason=reason).rstrip())
    words = message(f"clean_range.{found.says}", degrees=f"{metric.value:.0f}", error=f"{max(metric.error, 1.0):.0f}")
    return _CleanWords(metric, found.at_least, words)


def _remarks(course: dict[str, Change], exercise: ExerciseGuess, settings: CoachingSettings) -> tuple[str, ...]:
    """What is different in the last repetitions, the back first; or that the repetitions are alike."""
    if not is_graded(exercise):
        return ()
    changed = {name: one for name, one in course.items() if is_plain(one, settings)}
    if not _is_told_of_back(changed.get(LUMBAR), exercise):
        changed.pop(LUMBAR, None)
    names = sorted(changed, key=lambda name: name != LUMBAR)[: settings.told_changes]
    if not names:
        spread = alike(course, settings)
        return () if spread is None else (message("remark.alike", degrees=f"{max(spread, 1.0):.0f}"),)
    return tuple(_changed(name, changed[name]) for name in names)


def _is_told_of_back(change: Change | None, exercise: ExerciseGuess) -> bool:
    """A lower back is said to tire only once it leaves its neutral range, and only where it bends more."""
    limits = [rule.limit - rule.margin for rule in rules_of(exercise.name) if rule.metric == "lumbar_flexion_max"]
    return change is not None and bool(limits) and change.change > 0 and change.last >= min(limits)


def _grown(course: dict[str, Change], settings: CoachingSettings) -> list[str]:
    """Metrics that are plainly more in the last repetitions than in the first."""
    return [name for name, change in course.items() if change.change > 0 and is_plain(change, settings)]


def _changed(name: str, change: Change) -> str:
    way = "more" if change.change > 0 else "less"
    amount = f"{abs(change.change):.1f}" if change.unit == "s" else f"{abs(change.change):.0f}"
    return message(f"remark.{name}.{way}", amount=localised(amount))


def _say(one: Called, which: str, **values: object) -> str:
    """A fault's sentence, in the words of the way it shows where there are some."""
    own = (f"fault.{one.fault}.{one.manner.key}.{which}",) if one.manner.key else ()
    return message(choose(*own, f"fault.{one.fault}.{which}"), degrees=one.manner.degrees, **values)


def _faults_of(reps: tuple[Rep, ...]) -> list[str]:
    """The faults that were looked for, in the order of correction."""
    looked_for = {finding.fault for rep in reps for finding in rep.findings}
    return [fault for fault in fault_entries() if fault in looked_for]


def _rank(called: Called) -> tuple[int, int]:
    """Present before borderline before the rest; among equals, causes before what follows from them."""
    return -SEVERITY.index(called.verdict), fault_entries()[called.fault].order


def _summary_finding(called: Called, exercise: ExerciseGuess) -> SummaryFinding:
    acted_on = called.verdict in ACTED_ON
    entry = fault_entries()[called.fault]
    rule = next((rule for rule in rules_of(exercise.name) if rule.fault == called.fault), None)
    return SummaryFinding(
        fault=called.fault,
        verdict=called.verdict,
        reps=called.reps,
        correction=_advice(called, exercise.name, "correction") if acted_on else None,
        drill=message(f"drill.{entry.drill}") if acted_on else None,
        evidence=None if rule is None else rule.evidence,
        source=None if rule is None else rule.source,
        reason=message(called.reason) if called.reason else None,
        good=_advice(called, exercise.name, "good") if acted_on else None,
    )


def _advice(called: Called, exercise: str, which: str) -> str:
    """A fault's cue, or how it looks when right: in the exercise's own words, else those of the way it shows."""
    own = f"fault.{called.fault}.{exercise}.{which}"
    return message(own, degrees=called.manner.degrees) if known(own) else _say(called, which)


def _main_point(
    called: tuple[Called, ...], unseen: NotJudged | None, count: int, view: View, *, settings: CoachingSettings
) -> str:
    """The one thing that matters: what could not be judged of it comes first, then what was found."""
    worst = min(called, key=_rank, default=None)
    if worst is None or worst.verdict == "not_assessable":
        return _nothing_judged(called, unseen, view.plane)
    slip = _slip(called, count, settings)
    if worst.verdict == "absent":
        return f"{_clean(called, count)}{slip}" if unseen is None else _unseen(unseen, _judged(unseen))
    point = _say(worst, worst.verdict, where=_where(worst.reps, count, settings))
    if unseen is not None and unseen.leads:
        return _unseen(unseen, message(f"verdict.besides_{worst.verdict}", point=point))
    if worst.verdict == "present":
        return (
            point if unseen is None else f"{point} {message(f'fault.{unseen.faults[0]}.not_assessable')} {unseen.why}"
        )
    which = "verdict.close_call_decides" if is_decisive(worst.fault) else "verdict.close_call"
    return f"{message(which, point=point)}{slip}"


def _slip(called: tuple[Called, ...], count: int, settings: CoachingSettings) -> str:
    """A sentence more where what matters most was in doubt in too few repetitions to be so of the set; it costs score.

    Only where they are a large part of it: of a long set one doubtful repetition is not worth a sentence.
    """
    for one in called:
        if is_decisive(one.fault) and one.slips and one.as_often:
            said = message(f"fault.{one.fault}.borderline", where=_where(one.slips, count, settings))
            return f" {said[0].upper()}{said[1:]}"
    return ""


def _nothing_judged(called: tuple[Called, ...], unseen: NotJudged | None, plane: Plane) -> str:
    """Nothing could be judged: why not of most of it, and how to film so that it can be where nothing else says it."""
    reasons = Counter(one.reason for one in called if one.reason)
    if plane != "sagittal" or not reasons:
        return message("verdict.nothing_judged" if plane == "sagittal" else "verdict.wrong_view")
    why = reasons.most_common(1)[0][0]
    film = "" if unseen is not None else how_to_film(why, plane)
    return message("verdict.nothing_judged_as", why=first_sentence(message(why)), film=film).rstrip()


def _unseen(unseen: NotJudged, rest: str) -> str:
    """What could not be judged, why, and after that what could."""
    return " ".join(part for part in (unseen.says, unseen.why, rest) if part)


def _judged(unseen: NotJudged) -> str:
    which = "verdict.judged_one" if unseen.judged == 1 else "verdict.judged"
    return message(which, judged=unseen.judged, count=unseen.looked_for)


def _clean(called: tuple[Called, ...], count: int) -> str:
    """Nothing wrong: in everything that is looked for, or in what of it could be judged."""
    hidden = [message(f"fault.{one.fault}.name").lower() for one in called if one.verdict == "not_assessable"]
    what = message("verdict.clean_rep" if count == 1 else "verdict.clean_set")
    if not hidden:
        return message("verdict.clean", what=what, count=len(called))
    return message(
        "verdict.clean_but", what=what, judged=len(called) - len(hidden), count=len(called), hidden=", ".join(hidden)
    )


def _doubt(quality: Quality, settings: CoachingSettings) -> str:
    """A second sentence where much of the clip did not show the lifter."""
    if quality.pose_coverage >= settings.good_coverage:
        return ""
    return " " + message("verdict.often_lost", percent=round(100 * quality.pose_coverage))


def _where(indices: tuple[int, ...], count: int, settings: CoachingSettings) -> str:
    """In which repetitions, in words."""
    if len(indices) == count:
        return message("where.only" if count == 1 else "where.all")
    if len(indices) == 1:
        return message("where.one", index=indices[0])
    if len(indices) > settings.listed_reps:
        return message("where.many", faulty=len(indices), count=count)
    listed = ", ".join(str(index) for index in indices[:-1])
    return message("where.some", listed=listed, last=indices[-1])


def _went_well(
    called: tuple[Called, ...], exercise: ExerciseGuess, told: frozenset[str], settings: CoachingSettings
) -> tuple[str, ...]:
    """What was clearly right, the most important first.

    Nothing that a repetition, another fault, or a change over the set (the metrics in `told`) speaks against.
    """
    if not is_graded(exercise):
        return ()
    seen = {one.fault for one in called if one.verdict in ACTED_ON or one.slips}
    seen |= {_SPOKEN_AGAINST[name] for name in told if name in _SPOKEN_AGAINST}
    good = [
        entry
        for entry in called
        if entry.verdict == "absent"
        and fault_entries()[entry.fault].praised
        and not seen & {entry.fault, *fault_entries()[entry.fault].praised_without}
    ]
    return tuple(_say(entry, "absent") for entry in good[: settings.praises])


def _next_step(
    exercise: ExerciseGuess,
    called: tuple[Called, ...],
    unseen: NotJudged | None,
    plane: Plane,
    *,
    settings: CoachingSettings,
) -> NextStep | None:
    """The drill of the first correction, or an easier exercise where one drill mends too little; else what follows.

    Where what matters most could not be judged, a better view of it; after a close call another look, after a clean
    set what the exercise leads to. A set of which little could be judged leads to no more than a better view of it.
    """
    entry = exercises()[exercise.name]
    if not is_graded(exercise) or not any(found.verdict != "not_assessable" for found in called):
        return None
    if unseen is not None and unseen.leads:
        return NextStep(name=_named("film_again"), why=unseen.film)
    first = min(called, key=_rank)
    if first.verdict == "present":
        drills = {fault_entries()[found.fault].drill for found in called if found.verdict == "present"}
        if entry.regressions and len(drills) >= settings.regress_drills:
            return NextStep(name=_named(entry.regressions[0]), why=message("next_step.regress.why"))
        return NextStep(
            name=_named(fault_entries()[first.fault].drill, section="drill_name"),
            why=message(f"fault.{first.fault}.why"),
        )
    step = "again" if first.verdict == "borderline" else next(iter(entry.progressions), None)
    judged = sum(found.verdict != "not_assessable" for found in called)
    if first.verdict == "absent" and judged < settings.judged_share * len(called):
        step = "seen_better" if plane == "sagittal" else "from_the_side"
    if step is None:
        return None
    back_seen = all(found.verdict != "not_assessable" for found in called if found.fault in BACK_FAULTS)
    own = {"why_back_unseen": not back_seen, "why_at_an_angle": plane != "sagittal", "why": True}
    keys = [f"next_step.{step}.{which}" for which, holds in own.items() if holds]
    return NextStep(name=_named(step), why=message(choose(*keys, "next_step.exercise.why")))


def _named(step: str, *, section: str | None = None) -> str:
    """What a step is called: in its own words, or by its exercise or drill."""
    keys = (f"next_step.{step}.name", f"exercise.{step}.name", f"drill_name.{step}")
    name = message(f"{section}.{step}" if section else choose(*keys))
    return name[0].upper() + name[1:]

"""Whether a drill is passed: what it asks for held in enough repetitions, did not yet, or cannot be judged.

A repetition passes where every fault that its drill excludes (`passing` of data/exercises) is absent, does not yet
where one is present, and cannot be judged where one is too close to call or was not seen. The set passes
with `pass_reps` good repetitions and no more than a fifth of the judged ones otherwise.
"""

from collections import Counter

from hiphinge.exercises import exercises
from hiphinge.faults import fault_entries
from hiphinge.library.records import Passing
from hiphinge.messages import known, message
from hiphinge.records import Drill, DrillRep, DrillVerdict, Finding, Rep, Subject, Wall
from hiphinge.settings import DrillSettings
from hiphinge.words import words

CLOSE = "reason.close_call"


def drill(
    reps: tuple[Rep, ...], exercise: str, *, subject: Subject, settings: DrillSettings, wall: Wall | None = None
) -> Drill | None:
    """Judge a set of judged repetitions by its drill; None where the exercise is none.

    Parameters
    ----------
    reps : judged repetitions of the exercise.
    subject : the lifter; a stature gives the hips' way back in centimetres.
    wall : the wall behind the lifter; where the picture shows it, that is told.
    """
    passing = exercises()[exercise].passing
    whole = [rep for rep in reps if rep.complete]
    if passing is None or not whole:
        return None
    each = tuple(_rep(rep, passing) for rep in whole)
    verdict, fault, says = _of_set(each, exercise, settings)
    return Drill(
        name=exercise, verdict=verdict, reps=each, fault=fault, says=says, measured=_measured(whole, subject, wall)
    )


def _of_set(each: tuple[DrillRep, ...], exercise: str, settings: DrillSettings) -> tuple[DrillVerdict, str | None, str]:
    """The set's verdict, what stands in the way most often, and both in words."""
    said = Counter(one.verdict for one in each)
    good, bad = said["pass"], said["not_yet"]
    if good < settings.pass_share * (good + bad):
        fault = Counter(one.fault for one in each if one.verdict == "not_yet").most_common(1)[0][0]
        why = _why(exercise, str(fault))
        return "not_yet", fault, message("drill_result.not_yet", why=why, faulty=bad, count=len(each))
    if good >= settings.pass_reps and good >= settings.pass_share * len(each):
        return "pass", None, message("drill_result.pass", good=good, count=len(each))
    says, doubtful = _doubt(each, good, settings)
    return "cannot_judge", doubtful, says


def _rep(rep: Rep, passing: Passing) -> DrillRep:
    """Hold one repetition against what the drill asks for; the first in the order of correction decides."""
    findings = {finding.fault: finding for finding in rep.findings}
    asked = [findings[fault] for fault in fault_entries() if fault in passing.needs and fault in findings]
    for finding in asked:
        if finding.verdict == "present":
            return DrillRep(index=rep.index, verdict="not_yet", fault=finding.fault)
    for finding in asked:
        if not _held(finding, passing):
            return DrillRep(
                index=rep.index, verdict="cannot_judge", fault=finding.fault, reason=finding.reason or CLOSE
            )
    return DrillRep(index=rep.index, verdict="pass")


def _held(finding: Finding, passing: Passing) -> bool:
    return finding.verdict == "absent" or (finding.verdict == "borderline" and finding.fault in passing.lenient)


def _doubt(each: tuple[DrillRep, ...], good: int, settings: DrillSettings) -> tuple[str, str | None]:
    """Why neither: too few repetitions, or what could not be told in most of the others."""
    unsure = [(one.fault, one.reason) for one in each if one.verdict == "cannot_judge"]
    if not unsure:
        return message("drill_result.too_few", good=good, needed=settings.pass_reps), None
    (fault, reason), _ = Counter(unsure).most_common(1)[0]
    looked_for = message(f"fault.{fault}.name")
    return message("drill_result.cannot_judge", fault=looked_for, reason=message(str(reason))), fault


def _why(exercise: str, fault: str) -> str:
    """What stands in the way, in the drill's own words where it has some."""
    own = f"drill_why.{exercise}.{fault}"
    return message(own) if known(own) else message("drill_result.fault", fault=message(f"fault.{fault}.name"))


def _measured(reps: list[Rep], subject: Subject, wall: Wall | None) -> str | None:
    """How far the hips went back, and where the wall was found; None where there is nothing to tell."""
    back, found = _back(reps, subject), None
    if wall is not None and wall.source == "picture":
        share, error = wall.behind_heels, wall.behind_heels_error
        far = f"{100 * share:.0f} ± {max(100 * error, 1.0):.0f} %"
        if subject.stature_cm is None:
            found = message("drill_result.wall_found", percent=far)
        else:
            far = words().quantity(share * subject.stature_cm, "cm", max(error * subject.stature_cm, 1.0))
            found = message("drill_result.wall_found_far", far=far)
    return " ".join(one for one in (back, found) if one is not None) or None


def _back(reps: list[Rep], subject: Subject) -> str | None:
    """How far the hips went back, in the middle of the repetitions; centimetres where the stature is known."""
    seen = [rep.metrics["hip_travel_back"] for rep in reps]
    ways = sorted((one.value, one.error) for one in seen if one.value is not None and one.error is not None)
    if not ways:
        return None
    value, error = ways[len(ways) // 2]
    share = {"percent": f"{100 * value:.0f}", "percent_error": f"{max(100 * error, 1.0):.0f}"}
    if subject.stature_cm is None:
        return message("drill_result.back", **share)
    far = words().quantity(value * subject.stature_cm, "cm", max(error * subject.stature_cm, 1.0))
    return message("drill_result.back_far", far=far, **share)

"""What the body had to do, in one or two lines for the console."""

from hiphinge.records import AnalysisRecord
from hiphinge.records.base import Span
from hiphinge.report.loads.bars import amount, between
from hiphinge.report.loads.supposed import worth_saying
from hiphinge.units import quantity_and_end, unit_at_end
from hiphinge.words import Words


def lines(record: AnalysisRecord, text: Words) -> list[str]:
    """What lower back and hips held, and the supposition that says most.

    Where it was withheld, why; but only to who gave a mass or a load, and so asked for it.
    """
    if record.summary.loads is None:
        return _withheld(record, text)
    back, hips = (_of(record.summary.loads, name) for name in ("l5s1_moment", "hip_moment"))
    said = []
    if back is not None and hips is not None:
        (span, unit), (over_hips, _) = back, hips
        beside = _hips_beside(record, unit)
        said.append(
            text.loads["console"].format(
                back=amount(span.best, unit),
                between=between(span, unit),
                hips=amount(over_hips.best if beside is None else beside, unit),
            )
        )
    said += at_an_angle(record, text)
    one = worth_saying(list(record.what_if))
    return said if one is None else [*said, text.loads["console_what_if"].format(says=one.says)]


def _hips_beside(record: AnalysisRecord, unit: str) -> float | None:
    """What the hips held at most in the repetition that asked most of the low back: the one that the page shows."""
    pairs = [(rep.metrics.get("l5s1_moment_max"), rep.metrics.get("hip_moment_max")) for rep in record.reps]
    known = [
        (back.value, hips.value)
        for back, hips in pairs
        if back is not None and hips is not None and back.value is not None and hips.unit == unit
    ]
    return max(known, default=(0.0, None), key=lambda pair: pair[0])[1]


def at_an_angle(record: AnalysisRecord, text: Words) -> list[str]:
    """That a clip from an angle gives no more than the order of size; nothing for a side view."""
    if record.view.plane == "sagittal":
        return []
    return [text.loads["at_an_angle"].format(yaw=f"{record.view.yaw_deg:.0f}")]


def _withheld(record: AnalysisRecord, text: Words) -> list[str]:
    why = None if record.loading is None else record.loading.withheld
    if why is None or (record.subject.mass_kg is None and record.load.mass_kg is None):
        return []
    return [f"{text.loads[f'withheld_{why}']} {text.loads[f'remedy_{why}']}"]


def _of(loads: dict[str, dict[str, float]], name: str) -> tuple[Span, str] | None:
    told = next((one for one in loads if quantity_and_end(one)[0] == name), None)
    return None if told is None else (Span(**loads[told]), unit_at_end(told))

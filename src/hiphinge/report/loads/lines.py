"""What the body had to do, in one or two lines for the console."""

from hiphinge.records import AnalysisRecord
from hiphinge.records.base import Span
from hiphinge.report.loads.bars import amount, between
from hiphinge.report.loads.supposed import worth_saying
from hiphinge.units import quantity_and_end, unit_at_end
from hiphinge.words import Words


def lines(record: AnalysisRecord, text: Words) -> list[str]:
    """What the lower back held, as the page leads with it, and the supposition that says most.

    Where it was withheld, why; but only to who gave a mass or a load, and so asked for it.
    """
    if record.summary.loads is None:
        return _withheld(record, text)
    back, said = _of(record.summary.loads, "l5s1_moment"), []
    if back is not None:
        span, unit = back
        said.append(text.loads["console"].format(back=amount(span.best, unit), between=between(span, unit)))
    said += at_an_angle(record, text)
    worth = worth_saying(record, text)
    return [*said, text.loads["console_what_if"].format(says=worth)] if worth else said


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

"""Balance on one leg in words: no verdict, for nothing yet says how much sway is too much."""

from statistics import median

from hiphinge.messages import localised, message
from hiphinge.records import Metric, Rep

_EACH = ("left", "right")


def remarks(reps: tuple[Rep, ...]) -> tuple[str, ...]:
    """How the lifter stood on each leg that carried repetitions: sway of the hips, and touches of the free foot.

    Sway is the repetitions' median; where it is no larger than its error, that is what is said. From the side nothing
    is known of sway to the left and right.
    """
    said: list[str] = []
    for side in _EACH:
        on_it = [rep for rep in reps if rep.complete and rep.side == side]
        sways = [(one.value, one.error) for one in _metrics(on_it, "balance_sway")]
        known = [(value, error) for value, error in sways if value is not None and error is not None]
        if known:
            value, error = (100 * median(one[k] for one in known) for k in (0, 1))
            which = "steady" if value <= error else "sways"
            said.append(
                message(
                    f"remark.balance.{side}.{which}",
                    percent=localised(f"{value:.1f}"),
                    percent_error=localised(f"{error:.1f}"),
                )
            )
        touches = sum(int(one.value or 0) for one in _metrics(on_it, "free_foot_touches"))
        if touches:
            said.append(message("remark.balance.touches", count=touches))
    return tuple(said)


def _metrics(reps: list[Rep], name: str) -> list[Metric]:
    return [rep.metrics[name] for rep in reps if name in rep.metrics]

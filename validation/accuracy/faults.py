"""How faults are told: for development.

    python -m validation.accuracy.faults --work DIR --split tune [--fault NAME…]

prints the figures of clips whose pose tracks are kept, and every repetition as to each NAME.
"""

import argparse
from pathlib import Path

from hiphinge.faults import rules_of
from validation.accuracy import tables
from validation.accuracy.compare import Compared, RepPair
from validation.accuracy.fault_figures import done_in, fault_figures, there_is, verdicts
from validation.accuracy.figures import by_plates
from validation.accuracy.results import fault_clips


def main() -> None:
    """Print the figures of one split, and what was said wrongly."""
    parser = argparse.ArgumentParser(prog="python -m validation.accuracy.faults", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--split", choices=("tune", "report"), default="tune")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--fault", nargs="*", default=[], help="also every wrong verdict on these")
    given = parser.parse_args()
    clips = fault_clips(given.work, given.split, workers=given.workers)
    said = verdicts(clips)
    print(tables.faults({name: fault_figures(rows) for name, rows in said.items()}))
    print(f"\n{tables.behind_plates(*by_plates(clips))}")
    for fault in given.fault:
        for clip in clips:
            for pair in clip.pairs:
                if pair.found is not None:
                    print(_line(fault, clip, pair))


def _line(fault: str, clip: Compared, pair: RepPair) -> str:
    """One repetition: what is true, what is measured, what was said."""
    assert pair.found is not None
    done = done_in(pair)
    words = [f"{clip.name:24s}", f"yaw {clip.yaw_deg:3.0f}", f"{fault} {done.get(fault, 0):4.2f}"]
    words.append(f"{there_is(pair, fault, clip.exercise, done)!s:5s}")
    findings = [finding for finding in pair.found.findings if finding.fault == fault]
    words += [f"{finding.verdict:14s} {finding.reason or ''}" for finding in findings]
    for rule in rules_of(clip.exercise):
        if rule.fault == fault:
            one, true = pair.found.metrics[rule.metric], pair.true_metrics.get(rule.metric, float("nan"))
            words.append(
                f"{rule.metric} {rule.limit:g}±{rule.margin:g}: true {true:.3f} measured {one.value} ± {one.error}"
            )
    return "  ".join([*words, "" if fault in done else str(dict(pair.faults) or "")])


if __name__ == "__main__":
    main()

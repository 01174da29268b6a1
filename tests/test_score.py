"""The score falls with each fault's strength, is made of its parts, and is withheld where too little was judged."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hiphinge.faults import fault_entries, judge, rules_of
from hiphinge.records import ExerciseGuess, Metric
from hiphinge.score import one_number, score, score_of_set, scored
from hiphinge.settings import ScoreSettings, load_slice
from lifters import SIDE, from_view, hinge, measured, squat, whole

SETTINGS = load_slice("score", ScoreSettings)
HINGE = ExerciseGuess(name="hinge", confidence=1.0, given=True)
GOOD = {rule.metric: rule.limit + (5 if rule.at_least is not None else -5) * rule.margin for rule in rules_of("hinge")}
"""Every metric well on the good side."""
REP = measured(hinge())[0]
JUDGED = sorted({rule.metric for rule in rules_of("hinge")})


def rep_with(**values):
    """A judged repetition of a hinge, filmed from the front as well, clean but for these metrics, all well seen."""
    units = {rule.metric: rule.unit for rule in rules_of("hinge")}
    metrics = {
        name: Metric(value=value, error=1e-3, unit=units[name]) for name, value in (GOOD | values).items()
    }  # fmt: skip
    sure = {"pose_confidence": Metric(value=0.95, error=0.01, unit="1")}
    read = tuple(sorted({rule.metric for rule in rules_of("hinge") if rule.second}))
    rep = msgspec.structs.replace(REP, metrics=REP.metrics | metrics | sure, from_second=read)
    return judge((rep,), HINGE, SIDE, second=from_view("frontal"))[0]


def value_of(rep):
    return score(rep, "hinge", settings=SETTINGS).value


def rule_on(metric):
    return next(rule for rule in rules_of("hinge") if rule.metric == metric)


def past(metric, halves):
    """The metric's value so many half bands past its limit, on the faulty side."""
    rule = rule_on(metric)
    return rule.limit + (-1 if rule.at_least is not None else 1) * halves * rule.margin


def test_a_clean_repetition_scores_a_hundred_and_loses_nothing():
    found = score(rep_with(), "hinge", settings=SETTINGS)
    assert found.value == 100
    assert not any(found.lost.values())


@pytest.mark.parametrize("metric", JUDGED)
@given(halves=st.floats(-1.5, 12), more=st.floats(0.3, 4))
def test_more_of_any_fault_never_scores_higher(metric, halves, more):
    assert value_of(rep_with(**{metric: past(metric, halves + more)})) <= value_of(
        rep_with(**{metric: past(metric, halves)})
    )


@pytest.mark.parametrize("metric", sorted({rule.metric for rule in rules_of("hinge") if rule.given is None}))
def test_each_fault_keeps_costing_more_from_its_good_edge_to_far_gone(metric):
    values = [value_of(rep_with(**{metric: past(metric, halves)})) for halves in (-1, 0, 1, 3, 6)]
    assert values == sorted(values, reverse=True)
    assert len(set(values)) == len(values)


@given(st.dictionaries(st.sampled_from(JUDGED), st.floats(-2, 8)))
def test_the_parts_make_up_what_is_missing(strengths):
    found = score(rep_with(**{name: past(name, k) for name, k in strengths.items()}), "hinge", settings=SETTINGS)
    assert sum(found.lost.values()) == pytest.approx(100 - found.value, abs=0.1 * len(found.lost))
    assert min(found.lost.values()) >= 0


def test_a_fault_far_gone_takes_its_weight():
    lost = 100 - value_of(rep_with(hinge_dominance=past("hinge_dominance", 40)))
    assert lost == pytest.approx(100 * fault_entries()["squatting"].weight, abs=0.2)


def test_what_was_measured_roughly_is_scored_with_a_larger_error():
    near = rep_with(trunk_inclination_max=past("trunk_inclination_max", 1))
    metric = near.metrics["trunk_inclination_max"]
    rough = msgspec.structs.replace(
        near, metrics=near.metrics | {"trunk_inclination_max": msgspec.structs.replace(metric, error=5.0)}
    )
    errors = [score(rep, "hinge", settings=SETTINGS).error for rep in (near, rough)]
    assert errors[0] < 0.1 < errors[1]


def test_a_squatted_hinge_scores_far_below_a_clean_one():
    seen = [
        score_of_set(scored(judge(whole(one), HINGE, SIDE), "hinge", settings=SETTINGS)) for one in (hinge(), squat())
    ]
    assert seen[0].value > seen[1].value + 25


def without(rep, *faults):
    """The repetition with these faults not judged."""
    found = tuple(
        msgspec.structs.replace(one, verdict="not_assessable", reason="reason.poorly_seen")
        if one.fault in faults
        else one
        for one in rep.findings
    )
    return msgspec.structs.replace(rep, findings=found)


@given(
    faults=st.sets(st.sampled_from(sorted(fault_entries()))),
    strengths=st.dictionaries(st.sampled_from(JUDGED), st.floats(-2, 8)),
)
def test_what_is_not_judged_never_makes_a_score_look_better(faults, strengths):
    rep = rep_with(**{name: past(name, k) for name, k in strengths.items()})
    seen, hidden = (score(one, "hinge", settings=SETTINGS) for one in (rep, without(rep, *faults)))
    assert seen.least == seen.value
    if hidden is not None:
        assert hidden.least <= seen.value + 0.1
        assert hidden.value >= seen.value - 0.1


@pytest.mark.parametrize("fault", [name for name, entry in fault_entries().items() if entry.decisive])
def test_without_what_decides_there_is_no_score(fault):
    assert score(without(rep_with(), fault), "hinge", settings=SETTINGS) is None


def test_a_set_without_locked_knees_judged_has_its_number_and_one_with_much_out_of_sight_none():
    def number(*faults):
        points = score(without(rep_with(), *faults), "hinge", settings=SETTINGS)
        return points and one_number(points, judged=0.8)

    assert number() == number("knees_locked") == 100
    assert number("hyperextension", "upper_back_rounding", "knees_locked", "looking_down") is None
    assert one_number(None, judged=0.8) is None


def test_a_score_without_some_of_its_parts_says_how_low_it_may_be():
    found = score(without(rep_with(), "looking_up", "looking_down"), "hinge", settings=SETTINGS)
    weights = [fault_entries()[name].weight for name in ("looking_up", "looking_down")]
    assert found.value == 100
    assert found.least == pytest.approx(100 * (1 - weights[0]) * (1 - weights[1]), abs=0.1)
    assert set(found.not_judged) == {"looking_up", "looking_down"}


def test_a_score_is_withheld_where_too_little_was_judged():
    rep = rep_with()
    unseen = tuple(
        msgspec.structs.replace(finding, verdict="not_assessable", reason="reason.poorly_seen")
        if finding.fault in {"squatting", "lower_back_rounding", "hyperextension"}
        else finding
        for finding in rep.findings
    )
    assert score(msgspec.structs.replace(rep, findings=unseen), "hinge", settings=SETTINGS) is None


def test_a_set_of_which_most_repetitions_have_no_score_has_none():
    rep = rep_with()
    good = msgspec.structs.replace(rep, score=score(rep, "hinge", settings=SETTINGS))
    assert score_of_set((good, good, rep)).value == 100
    assert score_of_set((good, rep)) is None
    assert score_of_set((msgspec.structs.replace(rep, findings=()),)) is None


def severity_of(rep, fault):
    judged_one = next(one for one in scored((rep,), "hinge", settings=SETTINGS)[0].findings if one.fault == fault)
    return judged_one.severity


@pytest.mark.parametrize("metric", sorted({rule.metric for rule in rules_of("hinge") if rule.given is None}))
def test_how_far_gone_a_fault_is_runs_from_none_to_one(metric):
    fault = rule_on(metric).fault
    found = [severity_of(rep_with(**{metric: past(metric, halves)}), fault) for halves in (-1, 0, 1, 3, 40)]
    assert found[0] == 0
    assert found == sorted(found)
    assert found[2] == pytest.approx(0.63, abs=0.01)
    assert found[-1] == 1


def test_what_was_not_judged_is_not_said_to_be_far_gone_or_not():
    unseen = {"hinge_dominance": Metric(value=0.1, error=9.0, unit="1")}
    known = rep_with()
    rep = judge((msgspec.structs.replace(known, metrics=known.metrics | unseen),), HINGE, SIDE)[0]
    assert severity_of(rep, "squatting") is None


def test_what_costs_nothing_is_written_as_nothing():
    assert "-0.0" not in str(score(rep_with(), "hinge", settings=SETTINGS).lost)

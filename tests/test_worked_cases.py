"""Every worked and published case of loads, muscles and repetitions, as the page of figures lists them."""

import pytest
from validation.physics.cases import cases

CASES = {case.name: case for case in cases()}


@pytest.mark.parametrize("name", CASES)
def test_the_case_comes_out_as_it_should(name):
    case = CASES[name]
    assert case.found == pytest.approx(case.expected, abs=case.tolerance), f"{case.kind}, in {case.unit}"


def test_no_case_hides_another_of_its_name():
    assert len(CASES) == len(cases())

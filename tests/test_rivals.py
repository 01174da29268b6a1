"""Other people's formulae say what their publications, or memory of them, say."""

import math

import pytest
from validation.physics import rivals


def test_utahs_estimate_of_a_worked_lift_in_pounds_and_inches() -> None:
    newtons = rivals.back_compressive_force(175 * rivals.POUND_KG, 45, 44 * rivals.POUND_KG, 20 * rivals.INCH_M)
    assert newtons == pytest.approx(4076, rel=0.001)
    assert newtons / rivals.POUND_N == pytest.approx(916.4, abs=0.1)


@pytest.mark.parametrize(("moment", "compression"), [(100, 1920), (200, 3831), (300, 6203)])
def test_mcgills_polynomial_as_remembered(moment: float, compression: float) -> None:
    """Coefficients from memory of the paper."""
    assert rivals.polynomial(moment) == pytest.approx(compression, abs=1)


def test_mcgills_polynomial_is_not_for_barbells() -> None:
    """It turns down where deadlifts begin; the page says so beside its figures."""
    assert rivals.polynomial(988) < rivals.polynomial(500)


@pytest.mark.parametrize(("compression", "cycles"), [(2000, 35_342), (3400, 3_659), (5000, 274), (6400, 28)])
def test_fatigue_curve_of_lifft(compression: float, cycles: float) -> None:
    assert rivals.cycles_to_failure(compression) == pytest.approx(cycles, rel=0.02)


@pytest.mark.parametrize(("pressure", "compression"), [(1.1, 1307), (2.3, 2732), (1.7, 2020), (0.5, 594)])
def test_pressure_in_a_disc_as_compression(pressure: float, compression: float) -> None:
    """The share of the area is from memory."""
    assert rivals.pressure_to_compression(pressure) == pytest.approx(compression, abs=1)


def test_powerlifters_moment_through_an_oblique_extensor() -> None:
    found = rivals.oblique(988, arm_m=0.06, obliquity_deg=5)
    assert found["force"] == pytest.approx(16_467, abs=1)
    assert found["axial"] == pytest.approx(16_404, abs=1)
    assert found["shear"] == pytest.approx(-1_435, abs=1)
    assert 17_192 - found["axial"] == pytest.approx(788, abs=1)


def test_cantilevers_of_the_textbooks() -> None:
    chaffin = rivals.lever(((350, 0.20), (450, 0.30)), arm_m=0.05, tilt_deg=55)
    assert chaffin["compression"] == pytest.approx(4558.9, abs=0.5)
    assert chaffin["shear"] == pytest.approx(655.3, abs=0.5)
    nordin = rivals.lever(((450, 0.25), (200, 0.40)), arm_m=0.05, tilt_deg=35)
    assert nordin["moment"] == pytest.approx(192.5)
    assert nordin["compression"] == pytest.approx(4382.4, abs=0.5)
    assert nordin["shear"] == pytest.approx(372.8, abs=0.5)


@pytest.mark.parametrize(("trunk", "pelvis"), [(0, 0), (30, 6.4), (45, 13.5), (60, 22.8), (90, 48)])
def test_a_stooping_pelvis_turns_late(trunk: float, pelvis: float) -> None:
    """Coefficients from memory of the paper."""
    assert math.isclose(rivals.rounded_pelvis(trunk), pelvis, abs_tol=1.2)

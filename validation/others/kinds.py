"""Kinds of movement, each drawn anew from a random stream: what gyms and living rooms show beside hinges, and hinges.

`OTHERS` must not be judged as a hinge; `HINGES` say what a higher bar costs.
"""

from collections.abc import Callable

import numpy as np

from validation.others.stick import Keys, Posture, both

Rng = np.random.Generator


def _standing(rng: Rng) -> Posture:
    return both(rng.uniform(-2, 5), rng.uniform(2, 8)).hanging(rng.uniform(-4, 6))


def _pace(rng: Rng, seconds: float) -> float:
    return seconds * float(rng.uniform(0.75, 1.35))


def _set(rng: Rng, start: Posture, cycle: list[tuple[Posture, float]], *, most: int = 8) -> Keys:
    """From the first posture, the cycle a few times over, each a little different."""
    count = int(rng.integers(2, most + 1)) if most > 1 else 1
    keys: Keys = [(start, 0.0), (start, _pace(rng, 0.8))]
    for _ in range(count):
        keys += [(_wobble(rng, posture), _pace(rng, seconds)) for posture, seconds in cycle]
    return [*keys, (cycle[-1][0], _pace(rng, 0.8))]


def _wobble(rng: Rng, posture: Posture) -> Posture:
    noise = rng.normal(0, 2.0, len(posture))
    noise[-2:] = 0.0
    noise[[1, 2, 3, 4, 11, 12]] = 0.0
    return Posture(*(np.array(posture) + noise))


def _hinged(rng: Rng, trunk: float = 65, knee: float = 20) -> Posture:
    return both(trunk + rng.normal(0, 6), max(5.0, knee + rng.normal(0, 5)))


def row(rng: Rng) -> Keys:
    """Bend, row from there, stand up again; the clip may show the bending or not."""
    low = _hinged(rng, 60).hanging()
    high = low.arms(-rng.uniform(40, 65), rng.uniform(10, 35))
    rows = [(high, 0.7), (low, 0.8)] * int(rng.integers(3, 9))
    keys = [(low, 0.0), (low, 0.6), *rows]
    if rng.random() < 0.6:
        up = _standing(rng)
        keys = [(up, 0.0), (up, _pace(rng, 0.7)), (low, 1.4), *rows, (up, 1.2), (up, 0.8)]
    return keys


def row_one_arm(rng: Rng) -> Keys:
    """One hand on a bench or knee, the other rows."""
    low = _hinged(rng, 65, 35)._replace(arm_l=25, fore_l=25, arm_r=0, fore_r=5)
    high = low._replace(arm_r=-55, fore_r=15)
    up = _standing(rng)
    return [
        (up, 0.0),
        (up, 0.8),
        (low, 1.5),
        *([(high, 0.7), (low, 0.9)] * int(rng.integers(3, 8))),
        (up, 1.4),
        (up, 0.8),
    ]


def hinge_and_row(rng: Rng) -> Keys:
    """A row at the bottom of every hinge."""
    up, low = _standing(rng), _hinged(rng, 62, 25).hanging()
    high = low.arms(-rng.uniform(40, 60), 25)
    return _set(rng, up, [(low, 1.3), (high, 0.6), (low, 0.6), (up, 1.2)], most=5)


def clean(rng: Rng) -> Keys:
    """From the floor or the thighs to the shoulders, and down again."""
    deep = rng.random() < 0.5
    low = both(rng.uniform(50, 62), rng.uniform(60, 80) if deep else rng.uniform(30, 45)).hanging()
    rack = both(0, rng.uniform(5, 25)).arms(rng.uniform(20, 50), 165)
    up = _standing(rng)
    return _set(rng, low if deep else up, [(low, 1.0), (up, 0.5), (rack, 0.4), (rack, 0.7), (up, 0.7)], most=6)


def muscle_clean(rng: Rng) -> Keys:
    """Slowly, a stick drawn up along the body to the shoulders."""
    up, low = _standing(rng), _hinged(rng, 45, 35).hanging()
    pulled = both(2, 5).arms(-10, 90)
    rack = both(0, 5).arms(45, 165)
    return _set(rng, up, [(low, 1.0), (up, 0.8), (pulled, 0.6), (rack, 0.5), (rack, 0.5), (up, 0.9)], most=6)


def snatch(rng: Rng) -> Keys:
    """From below to overhead."""
    low = both(rng.uniform(45, 62), rng.uniform(35, 75)).hanging()
    over, up = both(0, rng.uniform(4, 20)).arms(172, 176), _standing(rng)
    return _set(rng, up, [(low, 1.0), (over, 0.8), (over, 0.6), (up, 0.9)], most=7)


def high_pull(rng: Rng) -> Keys:
    """Deadlift and pull to the chin, elbows out."""
    low, up = both(rng.uniform(40, 58), rng.uniform(45, 75)).hanging(), _standing(rng)
    chin = both(0, 5).arms(rng.uniform(55, 85), rng.uniform(125, 160))
    return _set(rng, up, [(low, 1.0), (up, 0.6), (chin, 0.4), (up, 0.6)], most=8)


def thruster(rng: Rng) -> Keys:
    """Squat with the load at the shoulders, then overhead."""
    rack = both(2, 5).arms(40, 160)
    low, over = both(rng.uniform(20, 38), rng.uniform(90, 120)).arms(40, 160), both(0, 4).arms(172, 176)
    return _set(rng, rack, [(low, 1.0), (over, 0.9), (rack, 0.8)])


def push_press(rng: Rng) -> Keys:
    """A dip of the knees, then overhead."""
    rack, over = both(2, 5).arms(40, 160), both(0, 4).arms(172, 176)
    return _set(rng, rack, [(both(5, 35).arms(40, 160), 0.5), (over, 0.6), (over, 0.6), (rack, 0.8)])


def burpee(rng: Rng) -> Keys:
    """Hands to the floor, into a plank, back, up with a jump."""
    up, crouch = _standing(rng), both(75, 110).hanging(10)
    plank = Posture(trunk=76, thigh_l=76, thigh_r=76, shank_l=76, shank_r=76, foot_l=60, foot_r=60, x=-0.5).hanging()
    over = both(0, 3).arms(165, 172)
    return _set(rng, up, [(crouch, 0.7), (plank, 0.6), (plank, 0.6), (crouch, 0.6), (over, 0.7), (up, 0.5)], most=6)


def push_up(rng: Rng) -> Keys:
    """On hands and toes."""
    lean = rng.uniform(70, 80)
    high = Posture(
        trunk=lean, thigh_l=lean, thigh_r=lean, shank_l=lean, shank_r=lean, foot_l=60, foot_r=60
    ).hanging()  # fmt: skip
    low = high._replace(trunk=88, thigh_l=87, thigh_r=87, shank_l=86, shank_r=86).arms(-70, 20)
    return _set(rng, high, [(low, 0.9), (high, 0.9)])


def bridge(rng: Rng) -> Keys:
    """On the back, hips up and down."""
    low = Posture(
        trunk=-92, thigh_l=-128, thigh_r=-128, shank_l=25, shank_r=25, head=5
    ).arms(90, 90)  # fmt: skip
    high = low._replace(trunk=-118, thigh_l=-98, thigh_r=-98, shank_l=8, shank_r=8)
    return _set(rng, low, [(high, 1.0), (low, 1.2)])


def lunge(rng: Rng) -> Keys:
    """A step back or forward, down, and back again; hands hang or rest on the hips."""
    hands = (lambda p: p.hanging()) if rng.random() < 0.6 else (lambda p: p.arms(-35, 55))
    up = hands(_standing(rng))
    trunk = rng.uniform(2, 30)
    low = hands(
        Posture(trunk=trunk, thigh_l=-rng.uniform(60, 88), shank_l=rng.uniform(0, 15), thigh_r=rng.uniform(0, 20),
                shank_r=rng.uniform(60, 85), foot_r=60)
    )  # fmt: skip
    step = hands(Posture(trunk=trunk / 2, thigh_l=-25, shank_l=10, thigh_r=15, shank_r=50, foot_r=40))
    return _set(rng, up, [(step, 0.5), (low, 0.8), (step, 0.7), (up, 0.5)])


def split_squat(rng: Rng) -> Keys:
    """Feet apart all the time."""
    trunk = rng.uniform(2, 35)
    up = Posture(trunk=5, thigh_l=-18, shank_l=-8, thigh_r=14, shank_r=30, foot_r=40).hanging()
    low = Posture(trunk=trunk, thigh_l=-75, shank_l=8, thigh_r=8, shank_r=80, foot_r=60).hanging()
    return _set(rng, up, [(low, 1.1), (up, 1.0)])


def step_up(rng: Rng) -> Keys:
    """Onto a box with one leg, and down."""
    up = _standing(rng)
    height = rng.uniform(0.18, 0.3)
    on = Posture(trunk=25, thigh_l=-75, shank_l=12, thigh_r=-10, shank_r=2, x=0.22, y=height).hanging()
    top = both(2, 5)._replace(x=0.22, y=height).hanging()
    return _set(rng, up, [(on, 0.8), (top, 0.9), (on, 0.9), (up, 0.7)], most=5)


def sit_down(rng: Rng) -> Keys:
    """Onto a chair and up, hands on the thighs or hanging."""
    up = _standing(rng)
    lean, seat = both(rng.uniform(32, 50), 60, 12), both(rng.uniform(-5, 10), 92, 4)
    arms = rng.uniform(0, 35)
    return _set(rng, up, [(lean.arms(arms, arms + 20), 0.8), (seat.arms(10, 60), 0.6), (seat.arms(10, 60), 0.8),
                          (lean.arms(arms, arms + 20), 0.6), (up, 0.9)], most=6)  # fmt: skip


def squat(rng: Rng) -> Keys:
    """Air squat, arms forward or load at the chest."""
    arms = (80.0, 85.0) if rng.random() < 0.5 else (15.0, 140.0)
    up = _standing(rng).arms(*arms)
    return _set(rng, up, [(both(rng.uniform(25, 42), rng.uniform(90, 125)).arms(*arms), 1.2), (up, 1.1)])


def jump_squat(rng: Rng) -> Keys:
    """Down, swing the arms, jump."""
    low, up = both(rng.uniform(35, 50), rng.uniform(75, 100)).hanging(-35), _standing(rng)
    air = both(0, 3).arms(130, 140)._replace(y=0.12, foot_l=-40, foot_r=-40)
    return _set(rng, up, [(low, 0.5), (air, 0.3), (low, 0.4), (up, 0.6)], most=6)


def walking(rng: Rng) -> Keys:
    """Past the camera, arms swinging; may stop and stand."""
    keys: Keys = []
    x, stride = -0.9, rng.uniform(0.28, 0.36)
    for k in range(int(rng.integers(4, 8))):
        swing = 1 if k % 2 else -1
        front = Posture(trunk=4, thigh_l=-22, shank_l=-8, thigh_r=18, shank_r=28, arm_l=-18, fore_l=-5, arm_r=18,
                        fore_r=30, x=x)  # fmt: skip
        back = Posture(trunk=4, thigh_l=18, shank_l=28, thigh_r=-22, shank_r=-8, arm_l=18, fore_l=30, arm_r=-18,
                       fore_r=-5, x=x, y=0.03)  # fmt: skip
        keys.append((front if swing > 0 else back, 0.0 if not keys else _pace(rng, 0.55)))
        x += stride if swing < 0 else 0.0
    return [*keys, (_standing(rng)._replace(x=x), 0.6), (_standing(rng)._replace(x=x), 1.0)]


def pick_up_one_hand(rng: Rng) -> Keys:
    """Pick something small from the floor with one hand, once or twice, knees bent or straight."""
    up = _standing(rng)
    knee = rng.choice([rng.uniform(5, 20), rng.uniform(40, 85)])
    low = both(rng.uniform(75, 95) if knee < 30 else rng.uniform(50, 70), float(knee))
    low = low._replace(arm_l=rng.uniform(-20, 5), fore_l=5, arm_r=10, fore_r=12)
    if rng.random() < 0.5:
        low = low._replace(arm_l=rng.uniform(20, 40), fore_l=rng.uniform(-60, -20))
    carried = up._replace(arm_r=20, fore_r=rng.uniform(80, 120))
    return _set(
        rng, up, [(low, 0.9), (low, 0.3), (carried, 0.9), (carried, 1.5), (up, 0.8)], most=int(rng.integers(1, 3))
    )


def tie_shoes(rng: Rng) -> Keys:
    """Stay down, hands busy at the feet, and stand up."""
    up, low = _standing(rng), both(rng.uniform(80, 100), rng.uniform(30, 80)).hanging()
    busy = [(low.arms(rng.uniform(-15, 15), rng.uniform(-15, 25)), 0.4) for _ in range(int(rng.integers(6, 14)))]
    return [(up, 0.0), (up, 0.8), (low, 1.2), *busy, (up, 1.2), (up, 0.8)]


def toe_touch(rng: Rng) -> Keys:
    """Reach up, fold down to the toes, and up again."""
    over, low = both(-3, 3).arms(172, 176), both(rng.uniform(85, 110), rng.uniform(2, 12)).hanging()
    return _set(rng, _standing(rng), [(over, 1.0), (low, 1.6), (low, 1.0), (over, 1.6), (_standing(rng), 1.0)], most=4)


def slam(rng: Rng) -> Keys:
    """A ball thrown to the floor from overhead, and fetched."""
    over, low = both(-3, 5).arms(165, 178), both(rng.uniform(45, 65), rng.uniform(35, 70)).hanging(8)
    return _set(rng, over, [(low, 0.5), (low, 0.3), (over, 0.9)])


def chop(rng: Rng) -> Keys:
    """From above the shoulder to beside the knee."""
    high, low = both(0, 8).arms(130, 140), both(rng.uniform(35, 55), rng.uniform(25, 50)).arms(-5, 10)
    return _set(rng, high, [(low, 0.8), (high, 0.8)])


def path_drill(rng: Rng) -> Keys:
    """A stick led along the legs in stops, down and up, and on to the shoulders by the arms."""
    up = _standing(rng)
    stops = [_hinged(rng, lean, 15 + lean / 3).hanging() for lean in (20, 40, 58)]
    pulled = both(2, 5).arms(-15, 95)
    way = [(stops[0], 0.7), (stops[0], 0.6), (stops[1], 0.6), (stops[1], 0.6), (stops[2], 0.6), (stops[2], 0.5),
           (stops[1], 0.6), (up, 0.7)]  # fmt: skip
    return _set(rng, up, [*way, (pulled, 0.6), (up, 0.7)], most=4)


def pull_down(rng: Rng) -> Keys:
    """A held bend, straight arms from ahead to the thighs; upright before and after."""
    low = _hinged(rng, 40, 20)
    keys = [(low.arms(110, 115), 0.8), (low.arms(5, 8), 0.8)] * int(rng.integers(4, 9))
    up = _standing(rng)
    return [(up, 0.0), (up, 0.7), (low.arms(110, 115), 1.2), *keys, (up, 1.2), (up, 0.6)]


def arms_raised(rng: Rng) -> Keys:
    """Arms up and down, the body hardly moving."""
    up = _standing(rng)
    return _set(rng, up, [(up.arms(rng.uniform(80, 175), rng.uniform(80, 178)), 1.0), (up, 1.0)])


def bend_and_raise(rng: Rng) -> Keys:
    """Bend with the arms hanging, raise them straight ahead or over the head on the way up."""
    up, low = _standing(rng), _hinged(rng, 60, 15).hanging()
    high = both(0, 5).arms(*(2 * [rng.uniform(95, 175)]))
    return _set(rng, up, [(low, 1.3), (high, 1.3), (up, 0.9)], most=6)


def curl(rng: Rng) -> Keys:
    """Curls with a swing of the trunk."""
    up = _standing(rng)
    return _set(rng, up, [(both(rng.uniform(12, 25), 12).hanging(), 0.6), (both(-5, 6).arms(15, 150), 0.8), (up, 0.9)])


def kneeling(rng: Rng) -> Keys:
    """Kneeling, bending forward and up."""
    up = Posture(trunk=3, thigh_l=-2, thigh_r=-2, shank_l=88, shank_r=88, foot_l=90, foot_r=90).arms(-30, 40)
    low = up._replace(trunk=rng.uniform(55, 80), thigh_l=-25, thigh_r=-25)
    return _set(rng, up, [(low, 1.4), (up, 1.3)])


def seated(rng: Rng) -> Keys:
    """Seated on a bench, leaning forward and back."""
    up = Posture(trunk=0, thigh_l=-88, thigh_r=-88, shank_l=3, shank_r=3).arms(15, 60)
    return _set(rng, up, [(up._replace(trunk=rng.uniform(40, 75)).arms(15, 40), 1.3), (up, 1.2)])


def climber(rng: Rng) -> Keys:
    """On hands and toes, one knee in after the other."""
    plank = Posture(trunk=74, thigh_l=76, thigh_r=76, shank_l=76, shank_r=76, foot_l=60, foot_r=60).hanging()
    tuck = plank._replace(thigh_r=-60, shank_r=60)
    return _set(rng, plank, [(tuck, 0.4), (plank, 0.4)])


def march(rng: Rng) -> Keys:
    """Knees high on the spot."""
    up = _standing(rng)
    knee = up._replace(thigh_r=-85, shank_r=5, arm_l=30, fore_l=80, arm_r=-20, fore_r=40)
    return _set(rng, up, [(knee, 0.5), (up, 0.5)])


def sweep(rng: Rng) -> Keys:
    """Bent over a broom, arms to and fro."""
    low = _hinged(rng, 35, 20)
    strokes = [(low.arms(50, 65), 0.6), (low.arms(5, 25), 0.6)] * int(rng.integers(4, 9))
    up = _standing(rng)
    return [(up, 0.0), (up, 0.8), *strokes, (up, 1.0), (up, 0.8)]


def box_to_shelf(rng: Rng) -> Keys:
    """A box from the floor to chest height or higher, set down there."""
    up, low = _standing(rng), both(rng.uniform(45, 65), rng.uniform(50, 85)).hanging(8)
    held = both(0, 5).arms(25, 85)
    high = both(2, 5).arms(*(2 * [rng.uniform(85, 130)]))
    return _set(rng, up, [(low, 1.2), (low, 0.3), (held, 1.1), (high, 0.8), (up, 0.9), (up, 1.0)], most=3)


OTHERS: dict[str, Callable[[Rng], Keys]] = {
    one.__name__: one
    for one in (
        row, row_one_arm, hinge_and_row, clean, muscle_clean, snatch, high_pull, thruster, push_press, burpee, push_up,
        bridge, lunge, split_squat, step_up, sit_down, squat, jump_squat, walking, pick_up_one_hand, tie_shoes,
        toe_touch, slam, chop, path_drill, pull_down, arms_raised, bend_and_raise, curl, kneeling, seated, climber,
        march, sweep, box_to_shelf,
    )
}  # fmt: skip


def hinge(rng: Rng) -> Keys:
    """Hands on the hips or on the chest, moving with the trunk, or held out."""
    arm, fore, follows = ((-40.0, 50.0, 1), (15.0, 140.0, 1), (85.0, 88.0, 0))[int(rng.integers(3))]
    held = lambda p: p.arms(arm - follows * p.trunk, fore - follows * p.trunk)  # noqa: E731
    up, low = _standing(rng), _hinged(rng, 60, 18)
    return _set(rng, held(up), [(held(low), 1.8), (held(up), 1.3)], most=6)


def rdl(rng: Rng) -> Keys:
    """Arms hang."""
    up = _standing(rng)
    return _set(rng, up, [(_hinged(rng, 66, 20).hanging(), 1.8), (up, 1.3)], most=6)


def deadlift(rng: Rng) -> Keys:
    """To the floor, from a dead stop or from standing."""
    up, low = _standing(rng), both(rng.uniform(64, 78), rng.uniform(58, 76)).hanging()
    return _set(
        rng, low if rng.random() < 0.5 else up, [(up, 1.1), (up, 0.5), (low, 1.3), (low, 0.3), (up, 1.1)], most=5
    )


def good_morning(rng: Rng) -> Keys:
    """Hands at the shoulders under a bar."""
    up, low = _standing(rng), _hinged(rng, 60, 20)
    held = lambda p: p.arms(-35 - p.trunk, 150 - p.trunk)  # noqa: E731
    return _set(rng, held(up), [(held(low), 1.8), (held(up), 1.3)], most=6)


def single_leg_rdl(rng: Rng) -> Keys:
    """One leg rises behind."""
    up, low = _standing(rng), _hinged(rng, 68, 18).hanging()
    free = low._replace(thigh_r=low.trunk - rng.uniform(0, 15), shank_r=low.trunk + rng.uniform(0, 20), foot_r=50)
    return _set(rng, up, [(free, 1.9), (up, 1.5)], most=6)


def swing(rng: Rng) -> Keys:
    """To chest height."""
    up = both(0, 5).arms(*(2 * [rng.uniform(65, 90)]))
    low = both(rng.uniform(48, 65), rng.uniform(30, 50))
    low = low.arms(-10, -5)
    return _set(rng, _standing(rng), [(low, 0.65), (up, 0.6)], most=10)


HINGES: dict[str, Callable[[Rng], Keys]] = {
    one.__name__: one for one in (hinge, rdl, deadlift, good_morning, single_leg_rdl, swing)
}

"""What a set was, in words: the exercise and how sure that is, how many repetitions, what else the clip shows."""

from collections import Counter

from hiphinge.exercises import exercises
from hiphinge.messages import known, message
from hiphinge.records import ExerciseGuess, ExerciseSet
from hiphinge.settings import CoachingSettings


def opening(exercise: ExerciseGuess, whole: int, cut: int, settings: CoachingSettings) -> str:
    """What it was, how many whole repetitions and how many cut ones; all there is to say of what is not coached."""
    reps = _counted(whole, cut)
    entry = exercises()[exercise.name]
    sure = exercise.given or exercise.confidence >= settings.sure_of_exercise
    other = next((one.name for one in exercise.alternatives), None)
    if not exercise.graded and other is not None:
        return _asked(exercise.name, other, reps)
    if not entry.coached or not exercise.graded:
        return message(_not_graded(exercise), reps=reps)
    if not sure and other is not None and other != "other":
        said = message("verdict.between", reps=reps, exercise=_one(exercise.name), perhaps=_one(other))
    elif sure:
        said = message("verdict.sure", reps=reps, exercise=message(f"exercise.{exercise.name}.name"))
    else:
        said = message("verdict.unsure", reps=reps, exercise=_one(exercise.name))
    return f"{said[0].upper()}{said[1:]} "


def is_graded(exercise: ExerciseGuess) -> bool:
    """Whether its technique is judged: it is coached, and sure enough."""
    return exercise.graded and exercises()[exercise.name].coached


def other_sets(exercise: ExerciseGuess, sets: tuple[ExerciseSet, ...]) -> tuple[str, ...]:
    """One sentence that names what else the clip shows."""
    count: Counter[str] = Counter()
    for one in sets:
        count[one.exercise.name] += len(one.reps)
    named = [
        message("remark.other_set", exercise=message(f"exercise.{name}.name"), reps=_count(reps))
        for name, reps in count.items()
        if name != exercise.name
    ]
    if not named:
        return ()
    main = message(f"exercise.{exercise.name}.name")
    return (message("remark.other_sets", others=", ".join(named), exercise=main),)


def _one(exercise: str) -> str:
    """One such exercise, with its article; a coach's own has only its name."""
    key = f"exercise.{exercise}.one"
    if known(key):
        return message(key)
    return message("exercise_of_a_coach.one", name=message(f"exercise.{exercise}.name"))


def _asked(best: str, other: str, reps: str) -> str:
    """Too doubtful to grade: name the two likeliest and ask."""
    known_ones = [name for name in (best, other) if exercises()[name].family != "other"]
    first, *second = (_one(name) for name in known_ones)
    if not second:
        return message("verdict.asked_other", reps=reps, exercise=first)
    return message("verdict.asked", reps=reps, exercise=first, perhaps=second[0])


def _not_graded(exercise: ExerciseGuess) -> str:
    """Message key of what is told of a movement that is not coached: of what it looks like, where that is plain."""
    family = exercises()[exercise.name].family
    signs = (key.removeprefix("sign.") for key in exercise.evidence)
    own = (f"verdict.{family}_{sign}" for sign in signs)
    return next((key for key in own if known(key)), f"verdict.{family}")


def _counted(whole: int, cut: int) -> str:
    """How many repetitions were whole, and how many more, or only, the clip cuts."""
    if cut and not whole:
        return message("count.cut_one" if cut == 1 else "count.cut_many", count=cut)
    return _count(whole) + (message("count.cut", cut=cut) if cut else "")


def _count(count: int) -> str:
    return message("count.one" if count == 1 else "count.many", count=count)

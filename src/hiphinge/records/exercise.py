"""Which exercise was done."""

from hiphinge.records.base import Record


class Candidate(Record, frozen=True, kw_only=True):
    """One exercise that a set may be."""

    name: str
    """One of the exercise names."""
    confidence: float
    """0 … 1."""


class ExerciseGuess(Record, frozen=True, kw_only=True):
    """Which exercise was seen; `given` when the user named it. `evidence` says what it rests on, as message keys."""

    name: str
    """One of the exercise names; see exercises.md."""
    confidence: float
    """0 … 1."""
    given: bool
    """Whether the user named it."""
    evidence: tuple[str, ...] = ()
    """Message keys of what the guess rests on."""
    alternatives: tuple[Candidate, ...] = ()
    """What else it may be, the likeliest first; empty where nothing else comes near."""
    graded: bool = True
    """False where it is too doubtful what was done for the repetitions to be judged: name the exercise then."""


class ExerciseSet(Record, frozen=True, kw_only=True):
    """Repetitions of one exercise in a row."""

    exercise: ExerciseGuess
    """What was done in them."""
    reps: tuple[int, ...]
    """Indices of its repetitions."""

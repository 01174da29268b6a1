"""`analysis.json`, whole."""

from hiphinge.messages import ENGLISH
from hiphinge.records.base import SCHEMA, Record
from hiphinge.records.exercise import ExerciseGuess, ExerciseSet
from hiphinge.records.given import Load, Subject
from hiphinge.records.loading import Loading
from hiphinge.records.rep import Rep
from hiphinge.records.second import Second
from hiphinge.records.seen import Back, LoadPath, Provenance, Quality, RecordingInfo, View, Wall
from hiphinge.records.summary import Drill, Summary
from hiphinge.records.supposed import WhatIf
from hiphinge.units import System


class AnalysisRecord(Record, frozen=True, kw_only=True):
    """`analysis.json`, whole."""

    recording: RecordingInfo
    """The file."""
    subject: Subject = Subject()
    """The lifter, as far as the user said."""
    load: Load = Load()
    """The load, as far as the user said."""
    view: View
    """The camera's place."""
    exercise: ExerciseGuess
    """What was done; where the clip shows several exercises, the one with the most repetitions."""
    sets: tuple[ExerciseSet, ...] = ()
    """Repetitions of one exercise in a row, in order of time."""
    reps: tuple[Rep, ...]
    """Every repetition."""
    summary: Summary
    """The set in one look."""
    drill: Drill | None = None
    """Whether the drill is passed; null for what is not a drill."""
    back: Back = Back()
    """What the spine was judged by."""
    wall: Wall | None = None
    """The wall behind the lifter; null where nobody spoke of one and none shows surely."""
    load_path: LoadPath | None = None
    """What was followed as the load; null where the exercise has none."""
    loading: Loading | None = None
    """What forces and moments were made from, or why there are none."""
    second: Second | None = None
    """The second clip of the same set; null where none was given."""
    what_if: tuple[WhatIf, ...] = ()
    """The same load in other postures, held still at one moment, the filmed one first; empty where none was."""
    quality: Quality
    """How much was seen."""
    provenance: Provenance
    """What made it."""
    language: str = ENGLISH
    """Language of every sentence in here."""
    units: System = "metric"
    """What its sentences, and the report, give lengths and masses in; numbers in here are SI all the same."""
    schema: str = SCHEMA
    """This format's name and version."""

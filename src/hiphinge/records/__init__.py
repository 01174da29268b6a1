"""The records of one analysis: what `analysis.json` holds, field by field.

Units stand in the names; every estimated metric carries its standard error; unknown is ``None`` (``null``), never a
default. Intervals are ``[start_s, end_s)`` in seconds of the clip. Signs: docs/explanation/conventions.md.
"""

from hiphinge.records.base import (
    ACTED_ON,
    BOUNDS,
    SCHEMA,
    DrillVerdict,
    Evidence,
    Facing,
    PhaseName,
    Plane,
    Record,
    Sex,
    Side,
    Span,
    Verdict,
)
from hiphinge.records.exercise import Candidate, ExerciseGuess, ExerciseSet
from hiphinge.records.given import LOAD_RANGE_KG, MASS_RANGE_KG, STATURE_RANGE_CM, Load, Subject
from hiphinge.records.loading import Loading, Withheld
from hiphinge.records.muscles import (
    Held,
    LengthChange,
    MuscleAction,
    MuscleFigure,
    MuscleName,
    MusclePhase,
    SetMuscle,
)
from hiphinge.records.rep import Finding, Metric, Phase, Rep, Score
from hiphinge.records.second import NotUsed, Pair, Second, SeenFrom
from hiphinge.records.seen import Back, LoadPath, Provenance, Quality, RecordingInfo, View, Wall
from hiphinge.records.strength import OneRepMax, Strength, VelocityLoss
from hiphinge.records.summary import Change, Drill, DrillRep, NextStep, NotJudged, Summary, SummaryFinding
from hiphinge.records.supposed import Supposed, Supposition, WhatIf
from hiphinge.records.whole import AnalysisRecord

__all__ = [
    "ACTED_ON",
    "BOUNDS",
    "LOAD_RANGE_KG",
    "MASS_RANGE_KG",
    "SCHEMA",
    "STATURE_RANGE_CM",
    "AnalysisRecord",
    "Back",
    "Candidate",
    "Change",
    "Drill",
    "DrillRep",
    "DrillVerdict",
    "Evidence",
    "ExerciseGuess",
    "ExerciseSet",
    "Facing",
    "Finding",
    "Held",
    "LengthChange",
    "Load",
    "LoadPath",
    "Loading",
    "Metric",
    "MuscleAction",
    "MuscleFigure",
    "MuscleName",
    "MusclePhase",
    "NextStep",
    "NotJudged",
    "NotUsed",
    "OneRepMax",
    "Pair",
    "Phase",
    "PhaseName",
    "Plane",
    "Provenance",
    "Quality",
    "Record",
    "RecordingInfo",
    "Rep",
    "Score",
    "Second",
    "SeenFrom",
    "SetMuscle",
    "Sex",
    "Side",
    "Span",
    "Strength",
    "Subject",
    "Summary",
    "SummaryFinding",
    "Supposed",
    "Supposition",
    "VelocityLoss",
    "Verdict",
    "View",
    "Wall",
    "WhatIf",
    "Withheld",
]

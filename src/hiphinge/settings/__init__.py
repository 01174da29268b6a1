"""Every tunable number of the pipeline, one slice per stage, read from data files that give each its source.

A slice is a frozen record whose fields are plain numbers; ``data/settings/SLICE.toml`` gives each field as a table::

    [max_gap_s]
    value = 0.2
    unit = "s"
    evidence = "engineering"      # published | consensus | engineering
    source = "..."                # a key of references.toml, or "own" for a choice of ours
    why = "..."

A stage receives its own slice and nothing else.
"""

from hiphinge.settings.judging import (
    CoachingSettings,
    DrillSettings,
    ExerciseSettings,
    MetricSettings,
    RepSettings,
    ScoreSettings,
    UnseenSettings,
)
from hiphinge.settings.loading import KineticsSettings, MuscleSettings, StrengthSettings
from hiphinge.settings.reading import SettingEntry, Settings, entries, load_settings, load_slice, settings_sha256
from hiphinge.settings.seeing import (
    CleaningSettings,
    KinematicsSettings,
    LoadSettings,
    PoseSettings,
    SecondSettings,
    SpineSettings,
    VideoSettings,
    ViewSettings,
    WallSettings,
)
from hiphinge.settings.showing import GhostSettings, OverlaySettings
from hiphinge.settings.supposing import LoadPanelSettings, WhatIfSettings

__all__ = [
    "CleaningSettings",
    "CoachingSettings",
    "DrillSettings",
    "ExerciseSettings",
    "GhostSettings",
    "KinematicsSettings",
    "KineticsSettings",
    "LoadPanelSettings",
    "LoadSettings",
    "MetricSettings",
    "MuscleSettings",
    "OverlaySettings",
    "PoseSettings",
    "RepSettings",
    "ScoreSettings",
    "SecondSettings",
    "SettingEntry",
    "Settings",
    "SpineSettings",
    "StrengthSettings",
    "UnseenSettings",
    "VideoSettings",
    "ViewSettings",
    "WallSettings",
    "WhatIfSettings",
    "entries",
    "load_settings",
    "load_slice",
    "settings_sha256",
]

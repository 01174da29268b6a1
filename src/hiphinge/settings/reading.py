"""Settings from their data files, and their fingerprint."""

import hashlib
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from hiphinge.records import Evidence, Record
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


class SettingEntry(Record, frozen=True, kw_only=True):
    """One number with its authority."""

    value: float | int | bool | str
    unit: str
    evidence: Evidence
    source: str
    why: str


class Settings(Record, frozen=True, kw_only=True):
    """All slices."""

    video: VideoSettings
    pose: PoseSettings
    cleaning: CleaningSettings
    view: ViewSettings
    kinematics: KinematicsSettings
    spine: SpineSettings
    load: LoadSettings
    strength: StrengthSettings
    kinetics: KineticsSettings
    muscles: MuscleSettings
    reps: RepSettings
    metrics: MetricSettings
    exercises: ExerciseSettings
    coaching: CoachingSettings
    unseen: UnseenSettings
    score: ScoreSettings
    drills: DrillSettings
    wall: WallSettings
    second: SecondSettings
    ghost: GhostSettings
    what_if: WhatIfSettings
    load_panel: LoadPanelSettings
    overlay: OverlaySettings


Slice = TypeVar("Slice", bound=Record)


def entries(slice_name: str) -> dict[str, SettingEntry]:
    """Every setting of one slice with its unit, evidence, source and reason."""
    text = files("hiphinge").joinpath("data", "settings", f"{slice_name}.toml").read_bytes()
    return msgspec.toml.decode(text, type=dict[str, SettingEntry])


def load_slice(slice_name: str, kind: type[Slice]) -> Slice:
    """Read one slice's defaults, e.g. ``load_slice("cleaning", CleaningSettings)``."""
    return msgspec.convert({name: entry.value for name, entry in entries(slice_name).items()}, kind)


def load_settings() -> Settings:
    """Read the defaults of every slice."""
    slices: dict[str, Any] = {
        field.name: load_slice(field.name, field.type) for field in msgspec.structs.fields(Settings)
    }
    return Settings(**slices)


def settings_sha256(settings: Settings, library_sha256: str = "") -> str:
    """Fingerprint of the settings an analysis used, and of the exercises, rules and faults it judged by."""
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted") + library_sha256.encode()).hexdigest()

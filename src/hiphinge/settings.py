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

import hashlib
from importlib.resources import files
from typing import Any, TypeVar

import msgspec

from hiphinge.records import Evidence, Record


class SettingEntry(Record, frozen=True, kw_only=True):
    """One number with its authority."""

    value: float | int | bool | str
    unit: str
    evidence: Evidence
    source: str
    why: str


class PoseSettings(Record, frozen=True, kw_only=True):
    """Finding and following the lifter."""


class CleaningSettings(Record, frozen=True, kw_only=True):
    """From raw landmarks to a clean, uniformly sampled track."""


class ViewSettings(Record, frozen=True, kw_only=True):
    """Judging from where the camera saw the lifter."""


class KinematicsSettings(Record, frozen=True, kw_only=True):
    """Angles and their errors."""


class RepSettings(Record, frozen=True, kw_only=True):
    """Finding repetitions and phases."""


class OverlaySettings(Record, frozen=True, kw_only=True):
    """The overlay video and the pictures of the report."""


class Settings(Record, frozen=True, kw_only=True):
    """All slices."""

    pose: PoseSettings
    cleaning: CleaningSettings
    view: ViewSettings
    kinematics: KinematicsSettings
    reps: RepSettings
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


def settings_sha256(settings: Settings) -> str:
    """Fingerprint of the settings an analysis used."""
    return hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()

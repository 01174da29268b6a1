"""What was filmed and how well: the file, the camera, the back, the load, the provenance."""

from typing import Literal

from hiphinge.records.base import Facing, Plane, Record


class RecordingInfo(Record, frozen=True, kw_only=True):
    """The file that was analysed. `width` and `height` are those of the upright image."""

    path: str
    """The file's name as it was given."""
    sha256: str
    """Fingerprint of the file's content."""
    width: int
    """Pixels, upright."""
    height: int
    """Pixels, upright."""
    frames: int
    """Frames in the file."""
    fps: float
    """Median rate: one over the median interval of the frames' own timestamps."""
    start_s: float = 0.0
    """Time of the first frame on the clip's own clock; mostly 0."""
    duration_s: float
    """From the first frame to the end of the last."""
    variable_rate: bool
    """Whether the intervals between frames differ, as phones' do."""
    rotation_deg: int
    """Turn that the file's header asked for and that was applied."""


class View(Record, frozen=True, kw_only=True):
    """From where the camera saw the lifter, and what that allows."""

    plane: Plane
    """Side view (sagittal), between (oblique), or from front or back (frontal)."""
    yaw_deg: float
    """Angle between the optical axis and the lifter's left-right axis: 0 exactly side-on, 90 from the front or back."""
    yaw_error_deg: float
    """Standard error of `yaw_deg`."""
    facing: Facing
    """The side of the upright image toward which the lifter faces."""
    near_side: Literal["left", "right"]
    """The lifter's own side that is nearer the camera."""
    camera_moves: bool
    """Whether the camera was carried or panned."""
    roll_deg: float
    """Turn that makes the lifter's own vertical the image's vertical; + when the image's content leans clockwise."""


class Back(Record, frozen=True, kw_only=True):
    """What the spine was judged by."""

    rod: Literal["real", "virtual"] | None = None
    """Whether the rod on the back was found in the picture or laid on the outline; null where there is none."""
    reference: Literal["clip", "prior"] | None = None
    """Standing as the clip shows it, or as people stand; null where the spine was not judged."""
    not_judged: Literal["yaw", "no_outline", "outline_hidden", "unusual"] | None = None
    """Why the spine was not judged as a whole; null where it was."""


class Wall(Record, frozen=True, kw_only=True):
    """The wall behind the lifter: how it is known, and where it stands."""

    source: Literal["given", "picture"]
    """What was said of it, which beats what is seen; or where the picture shows it."""
    behind_heels: float
    """From the heels back to the wall, fraction of stature."""
    behind_heels_error: float
    """Standard error of `behind_heels`."""
    seen_behind_heels: float | None = None
    """The same as the picture shows it; null where no wall was found in it."""
    contradicted: bool = False
    """Whether what was said and what is seen cannot both be right."""
    line_px: tuple[float, float, float, float]
    """The wall at the lifter, x and y of its foot and of a point one stature up, pixels."""


class LoadPath(Record, frozen=True, kw_only=True):
    """What was followed as the load, and how many metres its path's units are."""

    followed: Literal["hands", "shoulders", "implement"]
    """The hands, the shoulders under a bar, or the implement itself, seen by its plate."""
    scale: Literal["stature", "plate", "body"]
    """What metres come from: the given stature, a plate of 450 mm, or nothing: then there are body units only."""
    metres_per_stature: float | None = None
    """Metres to one stature of the load's columns and metrics; null for body units only."""
    metres_per_stature_error: float | None = None
    """Standard error of `metres_per_stature`."""
    plate_looks: int = 0
    """In how many pictures the plate was found that goes with the hands; 0 where there was none."""


class Quality(Record, frozen=True, kw_only=True):
    """How much was seen. `warnings` are sentences."""

    pose_coverage: float
    """Share of frames in which the lifter was found, 0 … 1."""
    people_seen: int
    """How many people the camera saw."""
    warnings: tuple[str, ...]
    """What limited the analysis, in words."""


class Provenance(Record, frozen=True, kw_only=True):
    """What made this analysis, so that it can be repeated. `seconds`: wall time per stage."""

    version: str
    """Of hiphinge."""
    model: str
    """Which pose model; `full+heavy` where the heavy one looked again at what the other was unsure of."""
    weights_sha256: dict[str, str]
    """Fingerprint of each model file."""
    settings_sha256: str
    """Fingerprint of the settings, and of the exercises, rules and faults that were judged by."""
    coach_sha256: str | None = None
    """The same of the exercises, rules, faults and sentences with a coach's own folder; null where none was used."""
    seconds: dict[str, float]
    """Wall time per stage."""

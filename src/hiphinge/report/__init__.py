"""The report: one HTML file that opens offline, prints, and needs neither mouse nor script to be read."""

import json
import re
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound
from markupsafe import Markup, escape

from hiphinge.library import using
from hiphinge.messages import localised, speaking
from hiphinge.moments import Still
from hiphinge.report import besides, drawn, figures, loads, page, tables
from hiphinge.report.grouping import grouped
from hiphinge.report.like_this import like_this, why_not
from hiphinge.report.load import figure as load_figure
from hiphinge.report.load import in_metres
from hiphinge.report.method import method
from hiphinge.report.panel import panel
from hiphinge.report.score import score_panel
from hiphinge.report.second import panel as second_panel
from hiphinge.report.strength import panel as strength_panel
from hiphinge.result import Analysis
from hiphinge.settings import LoadPanelSettings, OverlaySettings, load_slice
from hiphinge.units import measuring
from hiphinge.words import exercise_name, short, words

_OPTION: Final = re.compile(r"(--[a-z]+(?: [0-9]\w*)?)")
_MEGABYTE: Final = 1_000_000


def write_report(
    analysis: Analysis,
    stills: tuple[Still, ...],
    folder: Path,
    *,
    settings: OverlaySettings,
    with_overlay: bool = True,
) -> None:
    """Write `report.html` into `folder`, with `overlay.mp4` of the same folder inside it while that is small enough."""
    video = _video_source(folder / "overlay.mp4", settings.embed_max_mb) if with_overlay else None
    again = _video_source(folder / "overlay_second.mp4", settings.embed_max_mb) if with_overlay else None
    page_text = render(analysis, stills, settings=settings, video=video, second_video=again)
    (folder / "report.html").write_text(page_text, encoding="utf-8", errors="backslashreplace")


def render(
    analysis: Analysis,
    stills: tuple[Still, ...],
    *,
    settings: OverlaySettings,
    video: str | None = None,
    second_video: str | None = None,
) -> str:
    """Render the page; `video` and `second_video` are the addresses of the overlay videos, or None without one."""
    record = analysis.record
    with using(analysis.library), speaking(record.language), measuring(record.units):
        return _rendered(analysis, stills, settings=settings, video=video, second_video=second_video)


def _rendered(
    analysis: Analysis,
    stills: tuple[Still, ...],
    *,
    settings: OverlaySettings,
    video: str | None = None,
    second_video: str | None = None,
) -> str:
    text, record = words(), analysis.record
    traces = figures.traces(analysis.kinematics, record.reps, points=settings.trace_points_max)
    start_s = float(analysis.track["time"].to_numpy()[0])
    pictures = {
        (still.moment.rep, still.moment.kind): page.picture(still, analysis, text)
        for still in stills
        if still.moment.kind not in {"onset", "spine", "fault", "ghost"}
    }
    shown = {
        "w": text,
        "record": record,
        "title": exercise_name(record.exercise.name),
        "clip": Path(record.recording.path).name,
        "said": page.said(record.summary.verdict),
        "lead": page.lead(record, pictures, text),
        "unseen": page.unseen(record),
        "like_this": like_this(analysis, stills, text),
        "no_ghost": why_not(analysis, stills, text),
        "numbers": tables.numbers(record, text),
        "score": score_panel(record, text),
        "back": panel(analysis, stills, text, settings),
        "loads": loads.panel(
            analysis, text, load_slice("load_panel", LoadPanelSettings), most=settings.gallery_reps_max
        ),
        "load": load_figure(analysis, text, most=settings.gallery_reps_max),
        "strength": strength_panel(record, text),
        "second": second_panel(analysis, stills, text, video=second_video),
        "video": video,
        "drawn": drawn.keys(analysis, text, settings),
        "traces": traces,
        "curves": figures.rep_curves(analysis.kinematics, record.reps),
        "cards": [page.card(rep, pictures) for rep in record.reps],
        "groups": grouped(tables.comparison(in_metres(record), text)),
        "besides": besides.others(analysis, stills, text),
        "findings": [tables.finding_row(finding, record, text) for finding in tables.in_order(record.summary.findings)],
        "method": method(analysis, text),
        "sync": json.dumps(
            {"start": start_s, "times": traces.clock, "values": traces.values, "mark": localised(".")},
            separators=(",", ":"),
        ),
        "gallery_reps_max": settings.gallery_reps_max,
    }
    return _environment().get_template("report.html.jinja").render(shown)


def _video_source(path: Path, embed_max_mb: float) -> str | None:
    if not path.is_file():
        return None
    if path.stat().st_size > embed_max_mb * _MEGABYTE:
        return path.name
    return page.inline(path.read_bytes(), "video/mp4")


class _Templates(BaseLoader):
    """Reads templates from the package's own data."""

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Any]:  # noqa: ARG002
        place = files("hiphinge").joinpath("data", "templates", template)
        if not place.is_file():
            raise TemplateNotFound(template)
        return place.read_text(encoding="utf-8"), None, None


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=_Templates(), autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=StrictUndefined
    )
    environment.globals["asset"] = _asset
    environment.filters["clock"] = page.clock
    environment.filters["short"] = short
    environment.filters["options"] = _options
    environment.filters["raw_json"] = lambda text: Markup(text.replace("<", "\\u003c"))  # noqa: S704 - made by json
    return environment


def _asset(name: str) -> Markup:
    """Text of a style sheet or script of ours, to stand inside the page."""
    return Markup(files("hiphinge").joinpath("data", "templates", name).read_text(encoding="utf-8"))  # noqa: S704 - ours


def _options(line: str) -> Markup:
    """The line with its command-line options, each with the number after it, kept from breaking in two."""
    return Markup(_OPTION.sub(r'<span class="option">\1</span>', str(escape(line))))  # noqa: S704 - escaped

"""``hiphinge analyze`` and ``hiphinge demo``: the main job."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from hiphinge.cli.failing import say, tell

if TYPE_CHECKING:
    from hiphinge.analysis import Request
    from hiphinge.records import AnalysisRecord

Number = Annotated[float | None, Parameter(allow_leading_hyphen=True)]
Quantity = Annotated[str | None, Parameter(allow_leading_hyphen=True)]
"""A number, or one with its unit; read by `hiphinge.units`."""


def analyze(  # noqa: PLR0913 - the options of the command
    *videos: Path,
    exercise: str = "auto",
    mass: Quantity = None,
    stature: Quantity = None,
    sex: Literal["f", "m"] | None = None,
    load: Quantity = None,
    wall: Quantity = None,
    second: Path | None = None,
    model: Literal["auto", "full", "heavy"] = "auto",
    person: int | None = None,
    start: Number = None,
    end: Number = None,
    out: Path | None = None,
    weights: Path | None = None,
    language: str | None = None,
    units: Literal["metric", "imperial"] = "metric",
    coach: Path | None = None,
    json: Annotated[bool, Parameter(negative=())] = False,
    overlay: Annotated[bool, Parameter(negative="--no-overlay")] = True,
) -> int:
    """Analyse videos of a hip hinge: one folder with report, overlay, tables and JSON for each."""
    from hiphinge.messages import speech
    from hiphinge.units import length_cm, mass_kg, measuring

    language = language or speech().language
    with _as_asked(language, coach), measuring(units):
        _check_videos(videos, out, second)
        from hiphinge.analysis import Request
        from hiphinge.records import Load, Subject

        request = Request(
            exercise=None if exercise == "auto" else exercise,
            subject=Subject(mass_kg=mass_kg(mass, "--mass"), stature_cm=length_cm(stature, "--stature"), sex=sex),
            load=Load(mass_kg=mass_kg(load, "--load")),
            wall_cm=length_cm(wall, "--wall"),
            second=second,
            model=model,
            person=person,
            start_s=start,
            end_s=end,
            weights=weights,
            language=language,
            units=units,
            coach=coach,
        )
        codes = [_one(video, request, out=out, as_json=json, with_overlay=overlay) for video in videos]
    return next((code for code in codes if code), 0)


def demo(*, out: Path | None = None, language: str | None = None, coach: Path | None = None) -> int:
    """Analyse the clip that ships with the package, print the verdict and where the report lies."""
    from importlib.resources import as_file, files

    from hiphinge.messages import speech

    language = language or speech().language
    clip_of_ours = files("hiphinge").joinpath("data", "demo", "demo.mp4")
    with _as_asked(language, coach), as_file(clip_of_ours) as clip:
        from hiphinge.analysis import Request

        request = Request(language=language, coach=coach)
        return _one(clip, request, out=out or Path.cwd(), as_json=False, with_overlay=True)


@contextmanager
def _as_asked(language: str, coach: Path | None) -> Iterator[None]:
    """Speak `language` from here on, and within the block judge by the coach's folder and speak its sentences."""
    from hiphinge.messages import own_languages, speak

    if coach is None or language in own_languages():
        speak(language)
    if coach is None:
        yield
        return
    from hiphinge.library import load_library, using

    with using(load_library(coach)):
        speak(language)
        yield


def _check_videos(videos: tuple[Path, ...], out: Path | None, second: Path | None) -> None:
    """There is a video, each has a folder of its own to write into, and a second clip goes with one alone."""
    from hiphinge.errors import UsageError
    from hiphinge.folder import folder_for
    from hiphinge.messages import message

    if not videos:
        raise UsageError(message("error.no_video"))
    if second is not None and len(videos) > 1:
        raise UsageError(message("error.second_many", count=len(videos)))
    targets: dict[Path, Path] = {}
    for video in videos:
        target = folder_for(video, out)
        if target in targets:
            raise UsageError(message("error.shared_folder", first=targets[target], second=video, folder=target))
        targets[target] = video


def _one(video: Path, request: "Request", *, out: Path | None, as_json: bool, with_overlay: bool) -> int:
    """Analyse one video and print its result; the exit code. A failure does not stop the videos after it."""
    from hiphinge.analysis import analyse
    from hiphinge.cli.progress import bars
    from hiphinge.folder import check_target, folder_for, write_folder

    target = folder_for(video, out)
    try:
        check_target(target)
        with bars(video.name) as progress:
            analysis = analyse(video, request, progress=progress)
            write_folder(
                analysis, video, target, settings=request.settings, with_overlay=with_overlay, progress=progress
            )
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - told in one line; the videos after this one are still analysed
        return tell(error, where=str(video))
    if as_json:
        from hiphinge.exports import record_json

        print(record_json(analysis, indent=None).decode(), end="")
    else:
        print("\n".join(verdict_lines(analysis.record, target)))
    return _wrong_view(analysis.record, video)


def verdict_lines(record: "AnalysisRecord", target: Path) -> list[str]:
    """The short verdict: what it was, what went well, what did not and in which repetitions, what to try first."""
    from hiphinge.messages import message
    from hiphinge.records import ACTED_ON
    from hiphinge.words import words

    summary, verdicts = record.summary, words().verdicts
    lines = [summary.verdict]
    if record.drill is not None:
        lines += [f"  {line}" for line in (record.drill.says, record.drill.measured) if line]
    film_first = summary.not_judged is not None and summary.not_judged.leads
    if summary.not_judged is not None and film_first:
        lines.append(f"  {message('console.film')} {summary.not_judged.film}")
    lines += [f"  {message('console.good')} {praise}" for praise in summary.went_well]
    for finding in summary.findings:
        if finding.verdict in ACTED_ON:
            name = message(f"fault.{finding.fault}.name")
            where = _where(finding.reps, record)
            lines.append(f"  {message('console.work')} {name} ({verdicts[finding.verdict].lower()}: {where})")
    first = next((finding for finding in summary.findings if finding.correction), None)
    if first is not None:
        lines.append(f"  {message('console.try_then' if film_first else 'console.try_first')} {first.correction}")
    lines += [f"  {remark}" for remark in summary.remarks]
    second = record.second
    if second is not None and second.pairs:
        seen = message(f"console.seen_{second.seen_from}")
        told = message("console.second", count=len(second.pairs), first=len(record.reps), seen=seen)
        lines.append(f"  {told}")
    if summary.strength is not None and record.load.mass_kg:
        lines += [f"  {line}" for line in summary.strength.says]
    lines += [*_score_line(record), *_load_lines(record), *(f"  {warning}" for warning in record.quality.warnings)]
    return [*lines, f"  {message('console.report')} {target / 'report.html'}"]


def _where(indices: tuple[int, ...], record: "AnalysisRecord") -> str:
    """The repetitions by their numbers, or that it is all of them."""
    from hiphinge.messages import message

    if len(indices) == len(record.reps) > 1:
        return message("console.every")
    return ", ".join(str(index) for index in indices)


def _score_line(record: "AnalysisRecord") -> list[str]:
    """The score with what took its points, as the page has it; nothing where there is none."""
    from hiphinge.messages import message
    from hiphinge.report.score import score_panel
    from hiphinge.words import words

    panel = score_panel(record, words())
    if panel is None:
        return []
    if panel.value is None:
        return [f"  {message('console.no_score')}"]
    taken = ", ".join(f"{part.name} {part.points}" for part in panel.parts)
    which = "console.score" if panel.least is None else "console.score_between"
    said = message(which, value=panel.value, least=panel.least, error=panel.error)
    return [f"  {said} ({taken})" if taken else f"  {said}"]


def _load_lines(record: "AnalysisRecord") -> list[str]:
    """What the body had to do, as the page has it; nothing where it was not worked out."""
    from hiphinge.report.loads.lines import lines
    from hiphinge.words import words

    return [f"  {line}" for line in lines(record, words())]


def _wrong_view(record: "AnalysisRecord", video: Path) -> int:
    """A front view is counted but not judged: a line on stderr and exit code 4."""
    from hiphinge.errors import NotAssessableError
    from hiphinge.messages import message

    if record.view.plane != "frontal":
        return 0
    return say(f"{video}: {message('warning.view_frontal')}", NotAssessableError.exit_code)

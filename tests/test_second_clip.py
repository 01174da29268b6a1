"""The second clip at the doors: what is asked on the command line, what the folder, the page and the console show."""

import re

import numpy as np
import pytest

from assessed import analysed
from hiphinge import cli, report
from hiphinge.analysis import Request
from hiphinge.cli.analyze import verdict_lines
from hiphinge.messages import speaking
from hiphinge.moments import headline, second_moments
from hiphinge.overlay import write_second
from hiphinge.overlay.drawing import pen_for
from hiphinge.overlay.second import SecondArtist
from hiphinge.report.second import panel
from hiphinge.settings import OverlaySettings, load_slice
from hiphinge.synthetic import repetitions
from hiphinge.video import probe
from hiphinge.video.writer import VideoWriter
from hiphinge.words import words
from lifters import hinge
from media import make_video, picture
from second_views import clip_of, second_track, uneven

SETTINGS = load_slice("overlay", OverlaySettings)
SIZE = (180, 320)
OFFSET_S = 1.5
SET = uneven(repetitions(2, trunk=65.0, knee=18.0))


@pytest.fixture(scope="module")
def filmed(tmp_path_factory):
    """A set whose knees cave in, filmed by two cameras: the analysis, and the second clip's grey video."""
    path = tmp_path_factory.mktemp("second") / "front.mp4"
    track = second_track(SET, inward_m=0.06, offset_s=OFFSET_S, size=SIZE, noise_px=0.1)
    with VideoWriter(path, fps=10.0) as writer:
        for time_s in np.arange(OFFSET_S, float(track["time"][-1]), 0.1):
            writer.write(np.full((SIZE[1], SIZE[0], 3), 90, dtype=np.uint8), float(time_s))
    clip = clip_of(track, path=str(path), size=SIZE)
    return {language: analysed(SET, exercise="hinge", second=clip, language=language) for language in ("en", "es")}


@pytest.fixture
def videos(tmp_path):
    """Two small videos that are not the same, by name."""
    for number, name in enumerate(("side", "other")):
        pictures = [picture(90 * number + k, width=256, height=256) for k in range(60)]
        make_video(tmp_path / f"{name}.mp4", frames=60, width=256, height=256, pictures=pictures)
    return tmp_path


def run(capsys, *arguments):
    """Exit code and what stood on stderr."""
    code = cli.run([str(one) for one in arguments])
    return code, capsys.readouterr().err


def test_the_same_recording_twice_is_a_wrong_call(videos, capsys):
    again = videos / "copy.mp4"
    again.write_bytes((videos / "side.mp4").read_bytes())
    code, said = run(capsys, "analyze", videos / "side.mp4", "--second", again)
    assert code == 2
    assert len(said.strip().splitlines()) == 1
    assert "copy.mp4" in said


@pytest.mark.parametrize("content", [None, b"", b"this is not a video"])
def test_a_second_clip_that_cannot_be_read_is_told_before_the_long_work(content, videos, capsys, monkeypatch):
    monkeypatch.setattr("hiphinge.people.estimate_pose", lambda *_a, **_n: pytest.fail("the long work had begun"))
    wrong = videos / "wrong.mp4"
    if content is not None:
        wrong.write_bytes(content)
    code, said = run(capsys, "analyze", videos / "side.mp4", "--second", wrong)
    assert code == 3
    assert len(said.strip().splitlines()) == 1
    assert "wrong.mp4" in said


def test_a_second_clip_goes_with_one_video(videos, capsys):
    code, said = run(capsys, "analyze", videos / "side.mp4", videos / "other.mp4", "--second", videos / "third.mp4")
    assert code == 2
    assert "--second" in said
    assert not list(videos.glob("*-hiphinge"))


def test_the_request_keeps_the_second_clip(tmp_path):
    assert Request(second=tmp_path / "front.mp4").second == tmp_path / "front.mp4"


def test_what_the_second_clip_decided_has_its_worst_moment_and_a_standing_one(filmed):
    start, worst = second_moments(filmed["en"].record)
    assert (start.kind, worst.kind) == ("second_start", "second")
    assert worst.fault == "knees_cave"
    assert worst.verdict == "present"
    assert start.at_s < worst.at_s


def test_without_a_second_clip_there_is_nothing_to_picture():
    assert second_moments(analysed(hinge(1), exercise="hinge").record) == ()


def test_its_pictures_and_its_overlay_are_made_from_the_second_clip(filmed, tmp_path):
    stills = write_second(filmed["en"], tmp_path, settings=SETTINGS)
    assert [still.moment.kind for still in stills] == ["second_start", "second"]
    assert stills[0].height == stills[1].height
    made = probe(tmp_path / "overlay_second.mp4")
    assert made.height / made.width == pytest.approx(SIZE[1] / SIZE[0], rel=0.02)


def test_without_an_overlay_its_pictures_are_still_taken(filmed, tmp_path):
    assert len(write_second(filmed["en"], tmp_path, settings=SETTINGS, with_video=False)) == 2
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_has_a_panel_of_the_second_clip(filmed, language, tmp_path):
    analysis = filmed[language]
    stills = write_second(analysis, tmp_path, settings=SETTINGS, with_video=False)
    page = report.render(analysis, stills, settings=SETTINGS)
    panel = re.search(r'<section id="second".*?</section>', page, re.DOTALL)
    assert panel is not None
    assert panel.group().count("<img") == 2
    assert "front.mp4" in panel.group()
    assert {"en": "Knees caving in", "es": "Rodillas hacia dentro"}[language] in panel.group()


@pytest.mark.parametrize(("yaw_deg", "square"), [(88.0, True), (50.0, False)])
def test_the_line_for_the_knees_is_drawn_and_explained_only_from_square_in_front(yaw_deg, square, monkeypatch):
    clip = clip_of(second_track(SET, yaw_deg=yaw_deg, size=SIZE, noise_px=0.1), size=SIZE)
    analysis = analysed(SET, exercise="hinge", second=clip)
    drawn = []
    monkeypatch.setattr("hiphinge.overlay.drawing.dashed", lambda *_arguments: drawn.append(1))
    artist = SecondArtist(analysis, SETTINGS)
    canvas = np.zeros((SIZE[1], SIZE[0], 3), dtype=np.uint8)
    artist.draw(canvas, artist.joints(1.0), pen_for(canvas, line_share=0.004, text_share=0.03), None)
    assert bool(drawn) is square
    told = panel(analysis, (), words("en"), video=None)
    assert told is not None
    assert ("Dashed" in told.key) is square


def test_a_page_without_a_second_clip_has_no_panel_of_it():
    page = report.render(analysed(hinge(1), exercise="hinge"), (), settings=SETTINGS)
    assert '<section id="second"' not in page


def test_a_fault_the_second_clip_decided_leads_with_its_picture(filmed, tmp_path):
    analysis = filmed["en"]
    lead = headline(analysis.record)
    assert lead is not None
    assert lead.finding.fault == "knees_cave"
    stills = write_second(analysis, tmp_path, settings=SETTINGS, with_video=False)
    hero = re.search(
        r'<figure class="hero">.*?</figure>', report.render(analysis, stills, settings=SETTINGS), re.DOTALL
    )
    assert hero is not None
    assert "<img" in hero.group()


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_console_says_how_many_repetitions_both_clips_show(filmed, language, tmp_path):
    with speaking(language):
        lines = verdict_lines(filmed[language].record, tmp_path)
    told = {"en": "Second clip: 2 of 2 repetitions", "es": "Segundo vídeo: se encuentran en él 2 de 2"}[language]
    assert any(told in line for line in lines)

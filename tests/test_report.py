import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from hiphinge.messages import catalogue, message
from hiphinge.metrics import METRICS
from hiphinge.moments import Still, moments
from hiphinge.overlay.drawing import jpeg
from hiphinge.records import Finding
from hiphinge.report import render, write_report
from hiphinge.report.grouping import FIRST, GROUPS, OTHER, grouped
from hiphinge.report.page import clock, said
from hiphinge.report.tables import comparison, numbers
from hiphinge.result import Analysis
from hiphinge.words import signed, words
from report_sample import SETTINGS, frame_of, sample

VOID = {"meta", "link", "img", "br", "input", "hr"}
SHAPES = {"path", "line", "rect", "circle"}


class Page(HTMLParser):
    """Checks nesting and gathers elements, with the text outside style and script."""

    def __init__(self, html):
        super().__init__()
        self.open, self.elements, self.words = [], [], []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in {"style", "script"}:
            self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


def stills_of(analysis):
    data = jpeg(np.ascontiguousarray(frame_of(analysis, 60)[::2, ::2]), 70)
    return tuple(Still(moment, data, 180, 320) for moment in moments(analysis.record, gallery_reps_max=12))


@pytest.fixture(scope="module")
def html():
    return render(sample(), stills_of(sample()), settings=SETTINGS, video="overlay.mp4")


@pytest.fixture(scope="module")
def page(html):
    return Page(html)


def changed(**fields):
    known = sample()
    return Analysis(msgspec.structs.replace(known.record, **fields), known.track, known.raw_track, known.kinematics)


def test_the_page_refers_to_nothing_outside_its_folder(html, page):
    assert not re.search(r"https?://|//cdn|@import|url\(", html)
    for tag, attributes in page.elements:
        for name in ("src", "href", "srcset", "poster"):
            value = attributes.get(name, "#")
            assert value.startswith(("#", "data:")) or value == "overlay.mp4", (tag, value)


def test_the_first_screen_says_verdict_fault_measure_limit_correction_and_drill(page):
    summary = sample().record.summary
    start = page.text[: page.text.index(words().sections["watch"])]
    for line in (
        summary.verdict.split(": ")[1],
        "Shins forward",
        "Shin forward, most",
        "20 ± 2°",
        "12.5°",
        summary.findings[0].correction,
        "Wall drill",
    ):
        assert line in start


SHARE = Finding(fault="squatting", verdict="present", metric="hinge_dominance", value=0.3, limit=0.6, unit="1")
SHIN = Finding(
    fault="shins_forward", verdict="present", metric="shank_inclination_deep", value=30.0, limit=10.0, unit="deg"
)


def led_by(finding):
    """The page of a set in which every repetition has this finding."""
    record = sample().record
    reps = tuple(msgspec.structs.replace(rep, findings=(finding,)) for rep in record.reps)
    leading = msgspec.structs.replace(record.summary.findings[0], fault=finding.fault, reps=(1, 2, 3, 4))
    summary = msgspec.structs.replace(record.summary, findings=(leading,))
    return render(changed(reps=reps, summary=summary), (), settings=SETTINGS)


@pytest.mark.parametrize(("finding", "side"), [(SHARE, "below"), (SHIN, "above")])
def test_the_gauge_marks_the_faulty_side_of_the_limit_on_which_the_value_lies(finding, side):
    html = led_by(finding)
    left, width = (float(v) for v in re.search(r'class="faulty" style="left:([\d.]+)%;width:([\d.]+)%', html).groups())
    at, bound = (float(re.search(rf'class="{mark}" style="left:([\d.]+)%', html)[1]) for mark in ("value", "limit"))
    assert left <= at <= left + width
    assert bound == pytest.approx(left if side == "above" else left + width)


def test_a_share_of_a_hinge_says_what_its_ends_are_and_degrees_need_not():
    ends = words().hero["low_hinge_dominance"], words().hero["high_hinge_dominance"]
    share = Page(led_by(SHARE)).text
    degrees = Page(led_by(SHIN)).text
    assert all(end in share for end in ends)
    assert not any(end in degrees for end in ends)


def test_every_picture_says_what_it_shows(page):
    pictures = page.all("img")
    assert len(pictures) == 13
    assert all(len(picture["alt"]) > 20 for picture in pictures)
    assert any("knee flexion 55°" in picture["alt"] for picture in pictures)


def test_every_picture_can_be_reached_with_the_keyboard_and_seeks(page):
    shots = [a for a in page.all("a") if "data-seek" in a]
    assert len(shots) == len(page.all("img"))
    assert all(a["href"] == "#set" and a["aria-label"] for a in shots)
    assert all(float(a["data-seek"]) > 0 for a in shots)


def test_every_finding_has_its_verdict_in_words_and_the_unjudged_their_reason(page):
    findings = page.text[page.text.index(words().sections["findings"]) :]
    for verdict in ("Present", "Not seen", "Not judged"):
        assert verdict in findings
    assert "joints alone cannot tell" in findings


def test_repetitions_of_which_nothing_could_be_judged_do_not_count_in_the_numbers():
    record = sample().record
    blind, *seen = (
        msgspec.structs.replace(
            rep, findings=tuple(msgspec.structs.replace(one, verdict="not_assessable") for one in rep.findings)
        )
        for rep in record.reps
    )
    assert all(rep.findings for rep in record.reps)
    assert numbers(record, words())
    assert numbers(msgspec.structs.replace(record, reps=(blind, *seen)), words()) == []
    some = msgspec.structs.replace(record, reps=(blind, *record.reps[1:]))
    rest = msgspec.structs.replace(record, reps=record.reps[1:])
    assert numbers(some, words()) == numbers(rest, words())


def test_what_was_not_judged_shows_no_value_that_could_be_read_as_a_verdict():
    known = sample()
    reps = tuple(
        msgspec.structs.replace(
            rep,
            findings=tuple(
                msgspec.structs.replace(one, verdict="not_assessable", reason="reason.view_oblique", value=77.7)
                for one in rep.findings
            ),
        )
        for rep in known.record.reps
    )
    found = tuple(
        msgspec.structs.replace(one, verdict="not_assessable", reason=message("reason.view_oblique"), correction=None)
        for one in known.record.summary.findings
    )
    summary = msgspec.structs.replace(known.record.summary, findings=found)
    page = Page(render(changed(reps=reps, summary=summary), (), settings=SETTINGS))
    assert "78" not in page.text
    assert "The camera stood at an angle" in page.text


def test_the_comparison_shows_each_value_with_its_error_and_leaves_out_what_was_not_measured(page):
    assert "Hip flexion, deepest" in page.text
    assert "± 5" in page.text
    assert "Lower back, most rounded" not in page.text


def test_tables_have_headers_with_a_scope(page):
    assert all(header.get("scope") in {"col", "row"} for header in page.all("th"))


def test_headings_do_not_skip_a_level(page):
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch(r"h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_quality_and_method_are_told_in_words(page):
    for line in (
        "6 ± 4° off exactly side-on",
        "98 % of the frames",
        "knee 5 %",
        "360 × 640 pixels",
        "not medical advice",
    ):
        assert line in page.text


def test_without_pictures_the_page_is_small(html):
    bare = re.sub(r"data:image/jpeg;base64,[A-Za-z0-9+/=]+", "", html)
    assert len(bare.encode()) < 300_000


def test_a_long_set_stays_small_too():
    analysis = sample(25)
    bare = render(analysis, (), settings=SETTINGS)
    assert len(bare.encode()) < 300_000


def test_a_small_video_is_inside_the_page_and_a_large_one_beside_it(tmp_path):
    (tmp_path / "overlay.mp4").write_bytes(b"\0" * 3000)
    write_report(sample(), (), tmp_path, settings=SETTINGS)
    assert Page((tmp_path / "report.html").read_text()).all("video")[0]["src"].startswith("data:video/mp4;base64,")
    write_report(sample(), (), tmp_path, settings=msgspec.structs.replace(SETTINGS, embed_max_mb=0.001))
    assert Page((tmp_path / "report.html").read_text()).all("video")[0]["src"] == "overlay.mp4"


def test_without_an_overlay_the_page_has_no_video_and_says_so(tmp_path):
    write_report(sample(), stills_of(sample()), tmp_path, settings=SETTINGS, with_overlay=False)
    page = Page((tmp_path / "report.html").read_text())
    assert page.all("video") == []
    assert words().watch["no_video"] in page.text


def test_a_clean_set_has_no_correction_and_shows_a_typical_bottom():
    analysis = sample(faulty=False)
    page = Page(render(analysis, stills_of(analysis), settings=SETTINGS))
    assert words().hero["correction"] not in page.text
    assert words().hero["clean"] in page.text


def test_words_from_the_analysis_cannot_become_markup():
    summary = msgspec.structs.replace(sample().record.summary, verdict="<script>alert(1)</script> & more")
    html = render(changed(summary=summary), (), settings=SETTINGS)
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in html


def test_a_record_without_repetitions_still_gives_a_page():
    page = Page(render(changed(reps=()), (), settings=SETTINGS))
    assert words().hero["no_picture"] in page.text


def test_unknown_stretches_and_metrics_do_not_break_the_page():
    known = sample()
    kinematics = known.kinematics.where(known.kinematics["time"] > 6)
    page = Page(render(Analysis(known.record, known.track, known.raw_track, kinematics), (), settings=SETTINGS))
    assert "nan" not in page.text.lower().split()


def test_a_clip_in_which_no_angle_can_be_measured_still_gives_a_page():
    known = sample()
    view = msgspec.structs.replace(known.record.view, plane="frontal", yaw_deg=85.0)
    quality = msgspec.structs.replace(known.record.quality, warnings=("Film from the side.",), people_seen=3)
    record = msgspec.structs.replace(known.record, view=view, quality=quality)
    nothing = Analysis(record, known.track, known.raw_track, known.kinematics * np.nan)
    page = Page(render(nothing, (), settings=SETTINGS))
    for line in ("cannot be measured", "Film from the side.", "3 people were seen"):
        assert line in page.text


def luminance(colour):
    channels = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1, 2], ids=["light", "dark", "print"])
def test_text_stands_out_from_what_it_is_on(html, scheme):
    block = re.findall(r":root \{(.*?)\}", html, re.DOTALL)[scheme]
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", re.sub(r"#fff;", "#ffffff;", block)))
    pairs = [(text, back) for text in ("ink", "soft", "accent") for back in ("ground", "paper", "wash")]
    pairs += [("accent", "accent-wash"), ("ink", "accent-wash"), ("soft", "paper")]
    for verdict in ("present", "borderline", "absent", "not_assessable"):
        pairs += [(verdict, "ground"), (verdict, "paper"), (verdict, f"{verdict}-wash"), ("paper", verdict)]
    for text, back in pairs:
        light, dark = sorted((luminance(colours[text]), luminance(colours[back])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, back)


def test_verdicts_are_told_by_word_and_symbol_not_by_colour_alone(page):
    symbols = words().symbols
    assert len(set(symbols.values())) == len(symbols) == 4
    assert page.text.count(symbols["present"]) > 1


def test_a_verdict_is_set_as_opening_point_and_rest_without_losing_a_word():
    verdict = "Deadlift, 5 repetitions: nothing clearly wrong. One thing to watch: your shins tip forward."
    parts = said(verdict)
    assert parts.opening == "Deadlift, 5 repetitions:"
    assert parts.point == "nothing clearly wrong."
    assert f"{parts.opening} {parts.point} {parts.rest}" == verdict
    assert said("5 repetitions, but not a hinge I know.").point == "5 repetitions, but not a hinge I know."


@pytest.mark.parametrize(
    ("value", "error", "written"),
    [(0.034, 0.04, "0.03 ± 0.04"), (20.5, 14.3, "20 ± 14"), (4.83, 0.6, "4.8 ± 0.6"), (1.23, None, "1.2")],
)
def test_a_ratio_is_written_as_precisely_as_its_error_allows(value, error, written):
    assert words().quantity(value, "1", error) == written


def test_limits_keep_their_decimals():
    assert words().limit(12.5, "deg") == "12.5°"
    assert words().limit(-30.0, "deg") == "−30°"
    assert words().limit(0.25, "1") == "0.25"


def test_every_metric_has_a_name_and_every_unit_a_way_to_be_written():
    assert set(METRICS) <= set(words().metrics)
    assert {kind.unit for kind in METRICS.values()} <= set(words().units)


def test_numbers_are_written_with_a_true_minus_and_no_negative_zero():
    assert signed(-3.4, 0) == "−3"
    assert signed(-0.2, 0) == "0"
    assert words().quantity(0.1234, "fraction of stature", 0.02) == "12 ± 2 % of stature"
    assert words().quantity(None, "deg") == "–"


def test_moments_are_written_as_minutes_and_seconds():
    assert clock(5.04) == "0:05.0"
    assert clock(59.97) == "1:00.0"
    assert clock(125.5) == "2:05.5"


def test_the_table_leads_with_the_few_that_matter_and_folds_the_rest_each_row_once():
    record = sample().record
    rows = comparison(record, words())
    groups = grouped(rows)
    assert groups[0][0] == "first"
    assert len(groups[0][1]) <= len(FIRST) + len(record.summary.findings)
    told = [row.metric for _, found in groups for row in found]
    assert sorted(told) == sorted(row.metric for row in rows)
    marked = {row.metric for row in rows if any(cell.verdict for cell in row.cells)}
    assert marked
    assert marked <= {row.metric for row in groups[0][1]}


def test_every_metric_stands_in_a_group_and_says_what_it_means_in_both_languages():
    placed = {*FIRST, *(name for names in GROUPS.values() for name in names)}
    assert set(METRICS) - placed == {"pose_confidence"}
    for language in ("en", "es"):
        text = words(language)
        assert placed <= set(text.metric_means)
        assert {"first", *GROUPS, OTHER} == set(text.metric_groups)


def test_the_comparison_says_where_a_measure_mostly_lies(page):
    assert words().compare["usual"] in page.text
    assert "60–85" in page.text


@pytest.mark.parametrize(
    ("low", "high", "unit", "written"),
    [
        (60.0, 85.0, "deg", "60–85"),
        (-10.0, 5.0, "deg", "−10 … 5"),
        (None, 20.0, "deg", "≤ 20"),
        (0.13, None, "fraction of stature", "≥ 13"),
        (1.4, 2.5, "1", "1.4–2.5"),
    ],
)
def test_a_usual_range_is_written_without_its_unit(low, high, unit, written):
    assert words().span(low, high, unit) == written


def test_the_method_says_whether_a_coachs_own_folder_was_judged_by():
    plain = sample()
    own = msgspec.structs.replace(plain.record.provenance, coach_sha256="c0ffee" + 58 * "0")
    told = replace(plain, record=msgspec.structs.replace(plain.record, provenance=own))
    said = "Judged with a coach's own folder (c0ffee000000)."
    assert said in Page(render(told, (), settings=SETTINGS)).text
    assert "coach's own folder" not in Page(render(plain, (), settings=SETTINGS)).text


def test_errors_are_written_alike_everywhere():
    text = words()
    assert text.change(24.0, 10.0) == "+24 ± 10°"
    assert text.quantity(24.0, "deg", 10.0) == "24 ± 10°"
    for language in ("en", "es"):
        sentences = [
            *catalogue(language).values(),
            *(line for part in (words(language).back, words(language).method) for line in part.values()),
        ]
        assert not [line for line in sentences if "° ±" in line]

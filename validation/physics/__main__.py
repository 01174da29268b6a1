"""`python -m validation.physics WHAT …`: reference figures, coverage of the bounds, the page.

    opensim  --model lifting=FILE.osim --model rajagopal=FILE.osim   in an environment with opensim: reference/*.csv
    engine                                                           with mujoco: reference/engine.csv
    people   --work DIR FOLDER…                                      with the validation extras: truth of clips, kept
    coverage --work DIR [--unknown] [--each] FOLDER…                 figures on simulated clips, for development
    page     --work DIR [--page FILE] FOLDER…                        docs/explanation/loads-accuracy.md

FOLDERs hold clips of `validation.simulate` with the tracks that `validation.accuracy` keeps. What `people` keeps is
needed by `coverage` and `page`, which build it themselves where the extras are there.
"""

import argparse
from pathlib import Path

from validation.physics import musculoskeletal

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "loads-accuracy.md"
REFERENCE = Path(__file__).parent / "reference"


def main() -> None:
    """Do what was asked."""
    parser = argparse.ArgumentParser(
        prog="python -m validation.physics", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("opensim", "engine", "people", "coverage", "page"))
    parser.add_argument("folders", type=Path, nargs="*")
    parser.add_argument("--model", action="append", default=[], help="NAME=FILE of an OpenSim model")
    parser.add_argument("--work", type=Path, default=Path("local/physics"))
    parser.add_argument("--page", type=Path, default=PAGE, help="another place for the page, such as for development")
    parser.add_argument("--unknown", action="store_true", help="mass, stature and sex are not given")
    parser.add_argument("--each", action="store_true", help="a line per clip")
    asked = parser.parse_intermixed_args()
    if asked.what == "opensim":
        musculoskeletal.main({name: Path(file) for name, file in (one.split("=", 1) for one in asked.model)}, REFERENCE)
    elif asked.what == "engine":
        from validation.physics import engine  # noqa: PLC0415 - hiphinge need not be where opensim is

        engine.main(REFERENCE)
    elif asked.what == "people":
        _people(asked.folders, asked.work)
    elif asked.what == "coverage":
        _coverage(asked)
    else:
        _page(asked)


def _people(folders: list[Path], work: Path) -> None:
    from validation.physics import people  # noqa: PLC0415

    for folder in folders:
        for file in sorted(folder.glob("*/truth.json")):
            found = people.kept(file.parent, work / "truth")
            print(f"{file.parent.name}: {'another person than was filmed' if found is None else 'kept'}", flush=True)


def _coverage(asked: argparse.Namespace) -> None:
    from validation.physics import coverage  # noqa: PLC0415

    found = []
    for clip in coverage.clips(asked.folders, asked.work, known=not asked.unknown):
        found.append(clip)
        if asked.each:
            print(coverage.each(clip), flush=True)
    print("\n".join(coverage.lines(found)))


def _page(asked: argparse.Namespace) -> None:
    from validation.physics import coverage  # noqa: PLC0415
    from validation.physics.page import Results, write_page  # noqa: PLC0415

    known, unknown = (list(coverage.clips(asked.folders, asked.work, known=given)) for given in (True, False))
    sets = ", ".join(f"`{folder.name}`" for folder in asked.folders)
    command = "python -m validation.physics page --work DIR FOLDER…"
    write_page(Results(sets, known, unknown, command, coverage.seconds(asked.folders)), asked.page)


if __name__ == "__main__":
    main()

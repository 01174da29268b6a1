"""Imports flow down, and importing costs nothing."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAVY = ("numpy", "xarray", "scipy", "cv2", "av", "ai_edge_litert", "pandas", "pyarrow", "jinja2")


def loaded_by(statement: str) -> list[str]:
    code = f"import sys\n{statement}\nprint(*[m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_layers_are_kept():
    done = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_importing_the_package_loads_nothing_heavy():
    assert loaded_by("import hiphinge") == []


def test_the_command_line_starts_without_anything_heavy():
    assert loaded_by("import hiphinge.cli") == []

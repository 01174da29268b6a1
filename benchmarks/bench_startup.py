"""Seconds from Enter to the help text, in fresh processes, and how many times a bare Python's that is.

All are run in turns, so that whatever else the machine does falls on each; the processor's seconds stand beside the
clock's, and the ratio is of those: on a busy machine only they are the program's own.

    python benchmarks/bench_startup.py [--rounds 15]

The files are in the system's cache after the first, uncounted round, as they are for whoever uses a command twice.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import time

AIM_S = 0.3
BARE = "python -c pass"
COMMANDS = {
    BARE: ["-c", "pass"],
    "hiphinge --version": ["-m", "hiphinge", "--version"],
    "hiphinge --help": ["-m", "hiphinge", "--help"],
    "hiphinge analyze --help": ["-m", "hiphinge", "analyze", "--help"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(rounds + 1):
        for name, arguments in COMMANDS.items():
            took[name].append(_seconds([sys.executable, *arguments]))
    median = {}
    for name, both in took.items():
        wall, cpu = ([pair[k] for pair in both[1:]] for k in (0, 1))
        median[name] = statistics.median(wall)
        ratio = statistics.median(own / bare for own, (_, bare) in zip(cpu, took[BARE][1:], strict=True))
        print(
            f"{name:24} median {median[name]:.3f} s (best {min(wall):.3f}, worst {max(wall):.3f}), "
            f"processor {statistics.median(cpu):.3f} s, {ratio:.0f} × a bare Python's"
        )
    print(f"aim: hiphinge --help in at most {AIM_S} s")
    return 0 if median["hiphinge --help"] <= AIM_S else 1


def _seconds(command: list[str]) -> tuple[float, float]:
    """Wall and processor seconds of one run."""
    began, used = time.perf_counter(), _used()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began, _used() - used


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    sys.exit(main())

"""Seconds from Enter to the help text, in fresh processes, beside a bare Python on the same machine.

The processor's seconds stand beside the clock's: on a busy machine only they are the program's own.

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
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "hiphinge --version": ["-c", "from hiphinge.cli import main; main(['--version'])"],
    "hiphinge --help": ["-c", "from hiphinge.cli import main; main(['--help'])"],
    "hiphinge analyze --help": ["-c", "from hiphinge.cli import main; main(['analyze', '--help'])"],
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    median = {}
    for name, arguments in COMMANDS.items():
        both = [_seconds([sys.executable, *arguments]) for _ in range(rounds + 1)][1:]
        wall, cpu = ([pair[k] for pair in both] for k in (0, 1))
        median[name] = statistics.median(wall)
        print(
            f"{name:24} median {median[name]:.3f} s (best {min(wall):.3f}, worst {max(wall):.3f}), "
            f"processor {statistics.median(cpu):.3f} s",
            flush=True,
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

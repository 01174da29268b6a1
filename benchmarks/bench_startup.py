"""Seconds from Enter to the help text, in fresh processes, beside a bare Python on the same machine.

    python benchmarks/bench_startup.py [--rounds 15]

The files are in the system's cache after the first, uncounted round, as they are for whoever uses a command twice.
"""

import argparse
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
        seconds = [_seconds([sys.executable, *arguments]) for _ in range(rounds + 1)][1:]
        median[name] = statistics.median(seconds)
        print(f"{name:24} median {median[name]:.3f} s, best {min(seconds):.3f}, worst {max(seconds):.3f}", flush=True)
    print(f"aim: hiphinge --help in at most {AIM_S} s")
    return 0 if median["hiphinge --help"] <= AIM_S else 1


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, capture_output=True, check=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    sys.exit(main())

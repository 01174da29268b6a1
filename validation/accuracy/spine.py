"""How right the spine is: for development.

    python -m validation.accuracy.spine --work DIR --split tune

prints its figures alone, from clips whose pose tracks are kept, in well under a minute.
"""

import argparse
from pathlib import Path

from validation.accuracy.results import spine_clips
from validation.accuracy.spine_tables import development


def main() -> None:
    """Print the figures of one split."""
    parser = argparse.ArgumentParser(prog="python -m validation.accuracy.spine", description=__doc__)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--split", choices=("tune", "report"), default="tune")
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    print(development(spine_clips(given.work, given.split, workers=given.workers)))


if __name__ == "__main__":
    main()

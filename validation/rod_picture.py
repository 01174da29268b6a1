"""Take docs/images/rod.jpg: `python -m validation.rod_picture OUT FOLDER:REP FOLDER:REP`

A FOLDER is one simulated clip with its kept track; of each the bottom of repetition REP is drawn as the report does.
"""

import argparse
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from hiphinge import video
from hiphinge.analysis import Request, assess
from hiphinge.moments import Moment
from hiphinge.overlay.artist import Artist
from hiphinge.overlay.stills import StillTaker
from hiphinge.settings import load_settings
from validation import tracks

HEIGHT: Final = 430
GAP: Final = 8
QUALITY: Final = 84


def still(folder: Path, number: int) -> NDArray[np.uint8]:
    """The bottom of one repetition, with back, rod and standing line, `HEIGHT` pixels high; RGB."""
    clip = folder / "clip.mp4"
    artist = Artist(assess(tracks.load(folder / tracks.TRACK), video.probe(clip), Request()), load_settings().overlay)
    at_s = artist.record.reps[number - 1].bottom_s
    frame = next(iter(video.read_frames_at(clip, [at_s], max_size=max(artist.output_size()))))
    moment = Moment("spine", at_s, number, (), "lower_back_rounding", "absent")
    taken = StillTaker(artist)._still((frame.image, frame.time_s), moment)  # noqa: SLF001 - one picture of the report
    image = cv2.imdecode(np.frombuffer(taken.jpeg, np.uint8), cv2.IMREAD_COLOR_RGB)
    width = round(image.shape[1] * HEIGHT / image.shape[0])
    return np.asarray(cv2.resize(image, (width, HEIGHT), interpolation=cv2.INTER_AREA), dtype=np.uint8)


def main() -> None:
    """Put the stills side by side."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("which", nargs="+", help="FOLDER:REP")
    given = parser.parse_args()
    taken = [still(Path(one.rpartition(":")[0]), int(one.rpartition(":")[2])) for one in given.which]
    between = np.full((HEIGHT, GAP, 3), 255, np.uint8)
    row = np.concatenate([part for image in taken for part in (image, between)][:-1], axis=1)
    Image.fromarray(row).save(given.out, quality=QUALITY, optimize=True, progressive=True)


if __name__ == "__main__":
    main()

"""Whole analyses of simulated stick lifters, for tests of what is made of them."""

from hiphinge.analysis import Request, assess
from hiphinge.people import PoseEstimate
from hiphinge.records import RecordingInfo
from hiphinge.result import Analysis
from hiphinge.synthetic import Camera, lifter_track


def analysed(motion, *, exercise=None, camera=None, second=None, **given_too) -> Analysis:
    camera = camera or Camera()
    track = lifter_track(motion, camera=camera)
    seconds = float(motion.time_s[-1])
    info = RecordingInfo(
        path="lifter.mp4",
        sha256="0",
        width=camera.width,
        height=camera.height,
        frames=motion.time_s.size,
        fps=30.0,
        duration_s=seconds,
        variable_rate=False,
        rotation_deg=0,
    )
    return assess(PoseEstimate(track, 1, 1), info, Request(exercise=exercise, **given_too), second=second)

"""The head to the trunk, from neck and face."""

import numpy as np

from hiphinge.kinematics.chain import Angle, Chain, Yaw
from hiphinge.kinematics.standing import Standing, baseline
from hiphinge.kinematics.uncertainty import direction, gradient, propagated, yaw_slope
from hiphinge.settings import KinematicsSettings


def head_angle(chain: Chain, standing: Standing, yaw: Yaw, *, settings: KinematicsSettings) -> Angle:
    """Head to trunk, change from standing, − looking down.

    Two lines tell it: the neck (shoulder to ear) and the face (ear to nose and eyes). Nodding turns the face alone,
    bending the lower neck turns both. Each is taken as a change from standing and they are averaged by their inverse
    variance, their own biases included; half of what they disagree by is added to the error.
    """
    trunk_by = gradient(chain.hip.place, chain.shoulder.place)
    trunk = direction(chain.hip.place, chain.shoulder.place)
    neck = direction(chain.shoulder.place, chain.ear.place)
    neck_by = gradient(chain.shoulder.place, chain.ear.place)
    neck_noise = propagated(
        (neck_by, neck_by + trunk_by, trunk_by), (chain.ear.error, chain.shoulder.error, chain.hip.error)
    )
    face_point = (chain.nose.place + chain.eye.place) / 2
    face_error = np.hypot(chain.nose.error, chain.eye.error) / 2
    face = direction(chain.ear.place, face_point)
    face_by = gradient(chain.ear.place, face_point)
    face_noise = propagated(
        (face_by, face_by, trunk_by, trunk_by), (face_error, chain.ear.error, chain.shoulder.error, chain.hip.error)
    )
    lines = (
        (neck, neck_noise, settings.standing_neck_deg, settings.neck_bias_deg),
        (face, face_noise, settings.standing_face_deg, settings.face_bias_deg),
    )
    changes, variances = [], []
    for line, noise, prior, bias in lines:
        lean = np.rad2deg(np.arctan2(np.sin(line - trunk), np.cos(line - trunk)))
        zero = baseline(lean, standing, prior=prior, prior_error=settings.standing_head_error_deg)
        by_yaw = yaw_slope(line, *yaw) - yaw_slope(trunk, *yaw)
        changes.append(zero.value - lean)
        variances.append(np.rad2deg(noise) ** 2 + np.rad2deg(by_yaw) ** 2 + zero.error**2 + bias**2)
    weights = 1 / np.stack(variances)
    weights /= weights.sum(axis=0)
    value = (weights * changes).sum(axis=0)
    disagreement = (changes[0] - changes[1]) / 2
    beyond = np.clip(disagreement**2 - (variances[0] + variances[1]) / 4, 0, None)
    error = np.sqrt((weights**2 * variances).sum(axis=0) + beyond)
    return Angle(value, error)

"""What the same lifter with the same load would have to do in another posture: the same physics, at one moment."""

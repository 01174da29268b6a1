"""Pose estimators: from frames to a pose track."""

"""Simulated people with known angles: a parametric body is posed, dressed, lit and filmed."""

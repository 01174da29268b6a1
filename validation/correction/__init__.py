"""The landmark model's systematic errors: how their correction is learned from simulated people."""

"""Accuracy against known truth; not part of the installed package."""

"""``python -m hiphinge`` is the command ``hiphinge``."""

from hiphinge.cli import main

main()

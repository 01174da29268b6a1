"""Hip-hinge coach and measuring instrument: a phone video in, a report with honest errors out.

Importing the package has no effect and loads nothing heavy; the pipeline is :func:`hiphinge.analysis.analyse`.
"""

__version__ = "0.1.0"

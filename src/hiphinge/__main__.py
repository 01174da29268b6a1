"""The command ``hiphinge``, also as ``python -m hiphinge``."""

import sys


def main() -> None:
    """Run the command; stopped while it is still being loaded, it ends as it does at work."""
    try:
        from hiphinge.cli import main as run  # noqa: PLC0415 - what takes a moment, and may be stopped
    except KeyboardInterrupt:
        from hiphinge.errors import INTERRUPTED  # noqa: PLC0415
        from hiphinge.messages import message  # noqa: PLC0415

        print(f"hiphinge: {message('error.stopped')}", file=sys.stderr)  # noqa: T201
        sys.exit(INTERRUPTED)
    run()


if __name__ == "__main__":
    main()

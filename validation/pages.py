"""Pages of figures: Markdown filled in by code, so that no figure is typed."""

from pathlib import Path

import jinja2


def page_template(folder: Path) -> jinja2.Template:
    """The page that stands beside the code which fills it in; a piece that is missing is an error."""
    environment = jinja2.Environment(  # noqa: S701 - Markdown, not HTML
        loader=jinja2.FileSystemLoader(folder),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template("page.md.jinja")

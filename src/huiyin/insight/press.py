"""The printing press: pictures from chart specifications by vl-convert, PDF from templates by typst. Runs beside the web process.

Measured on two cores, CPython 3.11: the process starts and draws its first chart in 0.7–0.9 s, each further chart takes 90–150 ms; the seven
charts of a dashboard 1–3 s when nothing is kept and the machine is busy; a weekly report as PDF 0.4–0.6 s. It holds 110 MB after charts, 187 MB after
charts and PDFs. Too much for every web process, so `pressroom` keeps one process of this module, ends it when idle, and remembers each drawing
by the digest of its specification: a dashboard whose charts are kept answers in 0.1 s.

Spoken to by lines of JSON: {"draw": spec} answers {"svg": …}; {"print": template, "data": {…}} answers {"pdf": base64}; a fault {"fault": …}.
"""

import base64
import json
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any, Final

FOLDER: Final = Path(__file__).parent / "typst"
LINK: Final = "https://huiyin.invalid"
"""Stands before the addresses in a specification: the drawing library drops links that are not whole ones."""


@cache
def _artist() -> Any:
    import vl_convert  # heavy: only where charts are drawn
    from pylopdf_fonts_zh_cn import sans_path

    vl_convert.register_font_directory(str(sans_path().parent))
    return vl_convert


def draw(spec: dict[str, Any]) -> str:
    """Return the SVG of a Vega-Lite specification: no background, no size but its view box, its links leading into this house."""
    svg = str(_artist().vegalite_to_svg(spec))
    svg = re.sub(r'(<svg[^>]*?) width="[\d.]+" height="[\d.]+"', r'\1 aria-hidden="true"', svg, count=1)
    svg = re.sub(r'<rect width="[\d.]+" height="[\d.]+" fill="transparent"\s*/>', "", svg, count=1)
    svg = re.sub(r"(?<=\d\.\d)\d+", "", svg)
    return svg.replace(f'<a xlink:href="{LINK}', '<a tabindex="-1" href="').replace(' pointer-events="none"', "")


def typeset(template: str, data: dict[str, Any]) -> bytes:
    """Return the PDF of a template of `insight/typst` with this data; what people wrote is data to it, never markup.

    A specification under `figure` is drawn first and handed over as SVG.
    """
    if data.get("figure"):
        data = data | {"figure": draw(data["figure"])}
    import typst  # heavy: only where reports are printed
    from pylopdf_fonts_zh_cn import sans_path

    made = typst.compile(
        str(FOLDER / template),
        root=str(FOLDER),
        font_paths=[str(sans_path().parent)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
    )
    return bytes(made)


def answer(line: str) -> dict[str, str]:
    """Return the answer to one line of work."""
    try:
        work = json.loads(line)
        if "draw" in work:
            return {"svg": draw(work["draw"])}
        return {"pdf": base64.b64encode(typeset(work["print"], work["data"])).decode()}
    except Exception as error:  # noqa: BLE001 - told to the one who asked
        return {"fault": f"{type(error).__name__}: {error}"}


def main() -> None:
    """Work line by line until nobody speaks any more."""
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(line)) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

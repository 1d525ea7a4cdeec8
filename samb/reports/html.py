"""One self-contained HTML page: readable offline, on a phone, and as an attachment."""

import base64
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jinja2 import Environment, PackageLoader, StrictUndefined
from PIL import Image

from samb.reports.material import Material
from samb.reports.pictures import Picture
from samb.reports.tables import MainRow
from samb.reports.text import FIRST_NUMBER, HEADER, cells

TERMS = {
    "case": "what one file, file pair or series holds: an image or a volume with its references",
    "group": "patient, slide or video: the unit of statistics",
    "target": "one object to segment; at frame level, one object in one frame",
    "structure": "what a target is, such as liver or polyp",
    "reference": "the expert's mask",
    "prediction": "the model's mask",
    "prompt mode": "a rule that simulates a user, such as a tight box or random points",
    "selection": "which of a model's candidate masks counts: single is its one-mask answer, "
    "predicted_iou the candidate it rates best itself, largest the one with most pixels, "
    "oracle_dice and oracle_iou the best by the reference, which nobody has in practice",
    "level": "frame: each 2-D image is scored; volume: slices are assembled and scored in 3-D. "
    "Reference slices counts the slices that the reference occupies, all slices every one",
    "DSC": "Dice similarity coefficient, 0 to 1; an empty prediction scores 0",
    "HD95": "95th percentile of the distances between the two surfaces; smaller is better",
    "ASSD": "mean distance between the two surfaces; smaller is better",
    "interval": "95 % interval of the mean over groups, corrected for skewness (Hall 1992)",
    "undefined": "a scored target without a value, such as the distance to an empty prediction",
    "floor": "fills the prompt's shape without looking at the image",
}
SHEET_QUALITY = 88


@dataclass(frozen=True)
class Figure:
    """A picture as the page shows it."""

    source: str
    """A data: address."""
    caption: str


def page(
    rows: Sequence[MainRow],
    footer: Sequence[str],
    plots: Sequence[Picture],
    sheets: Sequence[Picture],
    material: Material,
) -> str:
    """The page; sheets, which are photographs, as JPEG to keep it light."""
    environment = Environment(
        loader=PackageLoader("samb.reports", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("report.html.j2").render(
        title=material.title,
        header=HEADER,
        first_number=FIRST_NUMBER,
        rows=[cells(row, material) for row in rows],
        footer=footer,
        plots=[Figure(_address("png", plot.png), plot.caption) for plot in plots],
        sheets=[Figure(_address("jpeg", _jpeg(sheet.png)), sheet.caption) for sheet in sheets],
        terms=TERMS,
        provenance=_plain(material.provenance),
    )


def _address(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode()}"


def _jpeg(png: bytes) -> bytes:
    buffer = io.BytesIO()
    with Image.open(io.BytesIO(png)) as image:
        image.convert("RGB").save(buffer, format="JPEG", quality=SHEET_QUALITY)
    return buffer.getvalue()


def _plain(provenance: Mapping[str, object]) -> dict[str, str]:
    return {
        key: value if isinstance(value, str) else json.dumps(value, indent=2, default=str)
        for key, value in provenance.items()
    }

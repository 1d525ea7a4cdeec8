"""Where a person's marks lie: inside the image or not, on which target, within which edges."""

from collections.abc import Sequence

import numpy as np

from samb.dialogue import Prompt
from samb.types import Content, FloatArray


def outside(prompt: Prompt, shape: tuple[int, ...]) -> str:
    """What of a prompt lies outside an (H, W) image, outer edges of pixels included; or nothing."""
    height, width = shape
    for x, y in prompt.points_xy:
        if not (-0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5):
            return f"the click ({x:g}, {y:g}) lies outside the image of {width} x {height} px"
    if prompt.box_xyxy is not None:
        x0, y0, x1, y1 = prompt.box_xyxy
        if not (-0.5 <= x0 <= x1 <= width - 0.5 and -0.5 <= y0 <= y1 <= height - 0.5):
            box = ", ".join(f"{value:g}" for value in prompt.box_xyxy)
            return f"the box ({box}) should lie, corners in order, in {width} x {height} px"
    if prompt.mask is not None and prompt.mask.shape != (height, width):
        return f"the mask has {prompt.mask.shape} px, the image {(height, width)} (rows, columns)"
    return next((told for part in prompt.parts if (told := outside(part, shape))), "")


def inclusive(edges_xyxy: FloatArray) -> FloatArray:
    """Where a box's edges are, as inclusive corners: the centres of its outer pixels."""
    moved = edges_xyxy + np.array([0.5, 0.5, -0.5, -0.5])
    middle = (edges_xyxy[:2] + edges_xyxy[2:]) / 2
    low, high = np.minimum(moved[:2], middle), np.maximum(moved[2:], middle)
    corners: FloatArray = np.concatenate([low, high])
    return corners


def named_in(words: Sequence[str], content: Content) -> str | None:
    """The object or structure that a markup is called after."""
    names = {name for it in content.targets for name in (it.object_id, it.structure)}
    return next((word for word in words if word in names), None)


def shows(content: Content, named: str | None, frame: int) -> bool:
    """Whether a frame holds a part of what is named, or of anything where nothing is."""
    return any(
        frame in target.prompting_reference.runs
        for target in content.targets
        if named in (None, target.object_id, target.structure)
    )

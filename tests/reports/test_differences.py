import io
from typing import Any

import numpy as np
from PIL import Image

from samb.reports.by_dataset import dataset_pictures
from samb.reports.differences import difference_pictures
from samb.reports.plots import plots


def test_one_model_has_no_difference_and_one_data_set_no_comparison(make: Any) -> None:
    material = make.material(make.scores({}))
    assert difference_pictures(material) == []
    assert dataset_pictures(material) == []


def test_models_without_a_common_target_have_no_difference(make: Any) -> None:
    scores = make.scores({"model": "a", "case": "c1"}, {"model": "b", "case": "c2"})
    assert difference_pictures(make.material(scores)) == []


def test_the_first_model_is_the_one_that_others_are_compared_with(make: Any) -> None:
    scores = make.scores({"model": "a_floor"}, {"model": "model"})
    material = make.material(scores, cards={"model/a_floor": {"floor": True}})
    (picture,) = difference_pictures(material)
    assert "Difference of DSC to model, paired" in picture.caption


def test_a_sweeps_plots_are_pictures_with_something_on_them(make: Any) -> None:
    scores = make.scores(
        *(
            {"dataset": f"set_{n}", "model": model, "prompt": mode, "group": f"p{value}",
             "case": f"c{value}", "value": value}
            for n in range(6)
            for model in ("a", "b", "c")
            for mode in ("box", "point_random_1")
            for value in np.linspace(0.1, 0.9, 6)
        )
    )  # fmt: skip
    pictures = {it.name: it for it in plots(make.material(scores))}
    assert list(pictures) == ["dsc_boxes.png", "dsc_differences.png", "dsc_by_dataset.png"]
    for picture in pictures.values():
        pixels = np.asarray(Image.open(io.BytesIO(picture.png)).convert("L"))
        assert pixels.std() > 5
        assert (pixels[:, 0] == 255).all()  # nothing runs over the left edge

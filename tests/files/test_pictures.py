from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from samb.errors import CaseError
from samb.files.pictures import label_values, open_picture, read_picture

MIN_MAX = (0.0, 100.0)


def saved(tmp_path: Path, picture: Image.Image, name: str = "a.png") -> Path:
    picture.save(tmp_path / name)
    return tmp_path / name


def rgb(path: Path) -> list[list[list[int]]]:
    found: list[list[list[int]]] = read_picture(path, MIN_MAX).rgb.tolist()
    return found


def test_grey_is_repeated(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.array([[3, 200]], dtype=np.uint8)))
    assert rgb(path) == [[[3, 3, 3], [200, 200, 200]]]


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.array([[False, True]])))
    assert rgb(path) == [[[0, 0, 0], [255, 255, 255]]]


def test_sixteen_bits_are_scaled_and_kept_as_raw(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.array([[1000, 2000, 3000]], dtype=np.uint16)))
    picture = read_picture(path, MIN_MAX)
    assert picture.rgb[0, :, 0].tolist() == [0, 128, 255]
    assert picture.values[0, :, 0].tolist() == [1000, 2000, 3000]


def test_transparency_is_dropped(tmp_path: Path) -> None:
    pixels = np.array([[[1, 2, 3, 0], [4, 5, 6, 255]]], dtype=np.uint8)
    assert rgb(saved(tmp_path, Image.fromarray(pixels))) == [[[1, 2, 3], [4, 5, 6]]]


@pytest.mark.parametrize("transparency", [None, 1, b"\x00\x80"])
def test_palettes_are_looked_up_and_are_labels_by_index(
    tmp_path: Path, transparency: int | bytes | None
) -> None:
    picture = Image.fromarray(np.array([[0, 1]], dtype=np.uint8)).convert("P")
    picture.putdata([0, 1])
    picture.putpalette([9, 8, 7, 200, 100, 50])
    if transparency is not None:
        picture.info["transparency"] = transparency
    path = saved(tmp_path, picture)
    assert rgb(path) == [[[9, 8, 7], [200, 100, 50]]]
    assert label_values(open_picture(path)).tolist() == [[0, 1]]


def test_an_exif_orientation_is_not_applied(tmp_path: Path) -> None:
    picture = Image.fromarray(np.zeros((2, 5, 3), dtype=np.uint8))
    exif = picture.getexif()
    exif[0x0112] = 6
    picture.save(tmp_path / "a.jpg", exif=exif)
    assert read_picture(tmp_path / "a.jpg", MIN_MAX).rgb.shape == (2, 5, 3)


def test_colours_are_no_label_values(tmp_path: Path) -> None:
    picture = Image.fromarray(np.array([[[1, 2, 3]]], dtype=np.uint8))
    with pytest.raises(ValueError, match="name `colours` instead"):
        label_values(picture)


def test_a_picture_with_values_that_are_not_finite_is_refused(tmp_path: Path) -> None:
    path = saved(tmp_path, Image.fromarray(np.array([[np.nan, 1.0]], dtype=np.float32)), "a.tif")
    with pytest.raises(CaseError, match=r"a\.tif.*1 NaN and 0 infinite"):
        read_picture(path, MIN_MAX)


def test_several_pages_are_refused(tmp_path: Path) -> None:
    page = Image.fromarray(np.zeros((2, 2), dtype=np.uint8))
    page.save(tmp_path / "a.tif", save_all=True, append_images=[page])
    with pytest.raises(CaseError, match=r"a\.tif.*holds 2 pages, and one is wanted"):
        open_picture(tmp_path / "a.tif")


def test_damaged_files_are_named(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    whole = saved(tmp_path, Image.fromarray(rng.integers(0, 255, (60, 60, 3), dtype=np.uint8)))
    for name, content in {
        "truncated.png": whole.read_bytes()[:3000],
        "text.png": b"not a picture",
        "empty.png": b"",
    }.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(CaseError, match=f"{name} cannot be read as a picture"):
            open_picture(tmp_path / name)


def test_a_decompression_bomb_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = saved(tmp_path, Image.fromarray(np.zeros((30, 30), dtype=np.uint8)))
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with pytest.raises(CaseError, match=r"a\.png cannot be read.*decompression bomb"):
        open_picture(path)
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 800)
    assert open_picture(path).size == (30, 30)

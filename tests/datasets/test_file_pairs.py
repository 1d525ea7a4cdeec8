import os
from pathlib import Path

import pytest

from samb.datasets.file_pair import FilePair
from samb.datasets.image_folder import ImageFolder
from samb.errors import RequestError
from samb.files.file_index import index_files


def test_the_case_id_is_the_path_without_suffix() -> None:
    for name, case_id in {"a/b.nii.gz": "a/b", "b.c.png": "b.c", "x (1).png": "x (1)"}.items():
        assert FilePair(Path(name), name, {}).case_id == case_id


def test_every_image_finds_its_own_mask_among_many(tmp_path: Path) -> None:
    for kind in ("images", "masks"):
        (tmp_path / kind).mkdir()
        for number in range(300):
            (tmp_path / kind / f"{number}.png").touch()
    pairs = ImageFolder(root=str(tmp_path), images="images/*", masks="masks/{stem}.*").pairs()
    assert [len(files) for pair in pairs for files in pair.masks.values()] == [1] * 300


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_a_folder_without_permission_is_named(tmp_path: Path) -> None:
    (tmp_path / "locked").mkdir(mode=0)
    with pytest.raises(RequestError, match="locked cannot be listed"):
        index_files(tmp_path)

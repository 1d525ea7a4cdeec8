from samb.datasets.layout import Layout
from samb.datasets.rarer_layouts import guess_rarer_layout, instance_folders, observers

NUCLEI = [f"s1/{i}/images/{i}.png" for i in "abc"]
NUCLEI += [f"s1/{i}/masks/{n}{i}.png" for i in "abc" for n in range(3)]


def test_a_folder_of_masks_beside_a_folder_of_one_image_holds_instances() -> None:
    assert guess_rarer_layout(NUCLEI) == Layout(
        "*/*/images/*.png", "{parent}/../masks/*.png", None, 3, objects="file"
    )


def test_a_folder_of_masks_beside_many_images_holds_none() -> None:
    assert instance_folders(["x/images/1.png", "x/images/2.png", "x/masks/9.png"]) is None


def test_masks_of_two_observers_are_told_apart() -> None:
    names = [f"d/{i}{end}" for i in "ab" for end in (".jpg", "_1stHO.png", "_2ndHO.png")]
    layout = guess_rarer_layout(names)
    assert layout is not None
    assert layout.annotators == {
        "1stHO": "{parent}/{stem}_1stHO.png",
        "2ndHO": "{parent}/{stem}_2ndHO.png",
    }
    assert (layout.images, layout.exclude, layout.pairs) == ("**/*.jpg", None, 2)


def test_masks_of_observers_with_the_suffix_of_the_image_are_excluded() -> None:
    layout = observers(["a.png", "a_rater1.png", "a_rater2.png"])
    assert layout is not None
    assert layout.exclude == "*_rater*.png"


def test_no_pattern_is_guessed_that_would_exclude_images_with_the_masks() -> None:
    names = [f"img_{i}{end}.png" for i in "01" for end in ("", "_first", "_second")]
    assert observers(names) is None


def test_of_twins_the_png_is_the_mask() -> None:
    names = [f"Dataset {n}/{i}.{end}" for n in (1, 2) for i in "ab" for end in ("bmp", "png")]
    assert guess_rarer_layout(names) == Layout("*/*.bmp", "{parent}/{stem}.png", None, 4)


def test_one_observer_is_no_second_opinion() -> None:
    assert guess_rarer_layout(["a.jpg", "a_expert1.png", "b.jpg", "notes.txt"]) is None

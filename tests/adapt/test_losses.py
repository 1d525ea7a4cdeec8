"""Loss terms on masks small enough to do by hand, and beside monai's where it is installed."""

import math

import pytest
import torch

from samb.adapt.losses import dice_loss, focal_loss, mask_loss, promptable_loss, true_iou
from samb.adapt.recipe import Losses

RIGHT = torch.tensor([[[1.0, 1.0, 0.0, 0.0]]])


def test_dice_of_half_a_target_found() -> None:
    found = torch.tensor([[[1.0, 0.0, 0.0, 0.0]]])
    # 1 - 2 x 1 / (1 + 2)
    assert dice_loss(found, RIGHT, squared=False).item() == pytest.approx(1 / 3, abs=1e-5)


def test_squares_in_the_denominator_make_unsure_pixels_cheaper() -> None:
    unsure = torch.full((1, 1, 4), 0.5)
    # 1 - 2 x 1 / (4 x 0.5 + 2), and with squares 1 - 2 x 1 / (4 x 0.25 + 2)
    assert dice_loss(unsure, RIGHT, squared=False).item() == pytest.approx(0.5, abs=1e-5)
    assert dice_loss(unsure, RIGHT, squared=True).item() == pytest.approx(1 / 3, abs=1e-5)


@pytest.mark.parametrize("squared", [False, True])
def test_dice_is_monais(squared: bool) -> None:
    losses = pytest.importorskip("monai.losses")
    generator = torch.Generator().manual_seed(0)
    ours = torch.rand((3, 1, 8, 8), generator=generator)
    truth = (torch.rand((3, 1, 8, 8), generator=generator) > 0.7).float()
    theirs = losses.DiceLoss(squared_pred=squared, reduction="none")(ours, truth).flatten()
    assert torch.allclose(dice_loss(ours, truth, squared=squared), theirs, atol=1e-6)


def test_an_unsure_pixel_costs_the_focal_loss_a_quarter_of_its_entropy_and_its_balance() -> None:
    # At p = 0.5: (1 - 0.5)^2 ln 2, times 0.25 for a foreground pixel and 0.75 for background.
    whole = 0.25 * math.log(2)
    assert focal_loss(torch.zeros(1, 1, 1), torch.ones(1, 1, 1)).item() == pytest.approx(
        0.25 * whole
    )
    assert focal_loss(torch.zeros(1, 1, 1), torch.zeros(1, 1, 1)).item() == pytest.approx(
        0.75 * whole
    )


def test_a_positive_weight_of_two_doubles_the_foreground_alone() -> None:
    weights = Losses(dice=0, cross_entropy=1, positive_weight=2)
    logits = torch.zeros(1, 1, 4)
    assert mask_loss(logits, RIGHT, weights).item() == pytest.approx(1.5 * math.log(2))


def test_only_the_best_of_the_three_ambiguous_masks_learns() -> None:
    sure = 20 * (2 * RIGHT - 1)
    logits = torch.stack([-sure, -sure, sure, -sure], dim=1).requires_grad_()
    loss = promptable_loss(logits, torch.zeros(1, 4), RIGHT, Losses(masks="best"))
    loss.backward()  # type: ignore[no-untyped-call]  # torch has no types here
    assert loss.item() == pytest.approx(0, abs=1e-4)
    assert logits.grad is not None
    assert logits.grad[:, [0, 1, 3]].abs().max() == 0


def test_the_iou_that_estimates_are_held_against_is_that_of_the_cut_masks() -> None:
    logits = torch.tensor([[[[3.0, -1.0, 0.5, -2.0]], [[-1.0, -1.0, -1.0, -1.0]]]])
    # Found: pixels 0 and 2; right: 0 and 1; common 1, union 3. The second mask is empty.
    assert true_iou(logits, RIGHT).tolist() == [[pytest.approx(1 / 3), 0.0]]

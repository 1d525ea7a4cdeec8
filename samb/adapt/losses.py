"""What training makes small. Logits and references as (B, h, w), references in [0, 1]."""

import torch
from torch import Tensor
from torch.nn import functional

from samb.adapt.recipe import Losses

SMOOTH = 1e-5
"""Added to both parts of Dice, as monai's DiceLoss does by default."""
FOCUS = 2.0
BALANCE = 0.25
"""gamma and alpha of the focal loss (Lin et al. 2017, arXiv 1708.02002)."""


def dice_loss(probabilities: Tensor, references: Tensor, *, squared: bool) -> Tensor:
    """1 - Dice of each row, (B,), over all its other axes; as monai.losses.DiceLoss."""
    ours, theirs = probabilities.flatten(1), references.flatten(1)
    common = (ours * theirs).sum(1)
    total = (ours**2 + theirs**2 if squared else ours + theirs).sum(1)
    return 1 - (2 * common + SMOOTH) / (total + SMOOTH)


def focal_loss(logits: Tensor, references: Tensor) -> Tensor:
    """Mean focal loss of each row, (B,)."""
    plain = functional.binary_cross_entropy_with_logits(logits, references, reduction="none")
    probabilities = logits.sigmoid()
    right = probabilities * references + (1 - probabilities) * (1 - references)
    weight = BALANCE * references + (1 - BALANCE) * (1 - references)
    return (weight * (1 - right) ** FOCUS * plain).flatten(1).mean(1)


def mask_loss(logits: Tensor, references: Tensor, weights: Losses) -> Tensor:
    """The weighted sum of the mask terms, (B,)."""
    total = torch.zeros(len(logits), device=logits.device)
    if weights.dice:
        own = dice_loss(logits.sigmoid(), references, squared=weights.dice_squared)
        total = total + weights.dice * own
    if weights.cross_entropy:
        positive = torch.tensor(weights.positive_weight, device=logits.device)
        own = functional.binary_cross_entropy_with_logits(
            logits, references, pos_weight=positive, reduction="none"
        )
        total = total + weights.cross_entropy * own.flatten(1).mean(1)
    if weights.focal:
        total = total + weights.focal * focal_loss(logits, references)
    return total


def promptable_loss(
    logits: Tensor, estimates: Tensor, references: Tensor, weights: Losses
) -> Tensor:
    """One number for answers of all mask tokens: logits (B, C, h, w), IoU estimates (B, C)."""
    logits, estimates = logits.float(), estimates.float()
    terms: list[Tensor] = []
    if weights.masks != "best":
        terms.append(mask_loss(logits[:, 0], references, weights))
    if weights.masks != "single":
        each = [mask_loss(logits[:, token], references, weights) for token in (1, 2, 3)]
        terms.append(torch.stack(each).min(0).values)
    if weights.iou:
        truth = true_iou(logits, references)
        terms.append(weights.iou * ((estimates - truth) ** 2).mean(1))
    return torch.stack(terms).sum(0).mean()


@torch.no_grad()
def true_iou(logits: Tensor, references: Tensor) -> Tensor:
    """IoU of every candidate with the reference, both cut at their middle, (B, C)."""
    ours, theirs = logits.flatten(2) > 0, (references > 0.5).flatten(1)[:, None]
    return (ours & theirs).sum(2) / (ours | theirs).sum(2).clamp(min=1)


def semantic_loss(logits: Tensor, labels: Tensor, weights: Losses) -> Tensor:
    """Cross-entropy and Dice over all classes: logits (B, K, h, w), labels (B, h, w) of class.

    Dice is the mean over the classes, each over the whole batch, squared, smoothed by 1e-5: as
    hitachinsk/SAMed, utils.py.
    """
    logits, classes = logits.float(), logits.shape[1]
    entropy = functional.cross_entropy(logits, labels)
    truth = functional.one_hot(labels, classes).permute(3, 0, 1, 2).float()
    ours = logits.softmax(1).transpose(0, 1)
    dice = dice_loss(ours, truth, squared=weights.dice_squared).mean()
    return weights.cross_entropy * entropy + weights.dice * dice

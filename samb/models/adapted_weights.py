"""Builds an adapted SAM from its files."""

from typing import TYPE_CHECKING

from samb.errors import RequestError
from samb.models.checkpoints import check_weights, read_weights
from samb.models.official import Sam, assemble, fresh
from samb.models.resizing import fitted
from samb.models.substitutions import substitute

if TYPE_CHECKING:
    from samb.models.adapted import AdaptedSam


def adapted(model: "AdaptedSam") -> Sam:
    """In evaluation mode, without gradients. Raises RequestError where the files do not fit."""
    side = model.preprocessing.side
    if model.base_path:
        base = fitted(read_weights(model.base_path), model.architecture, side)
        check_weights(base, model.architecture, side, model.base_path)
        sam = assemble(model.architecture, side, base)
    else:
        sam = assemble(
            model.architecture, side, fresh(model.architecture, side, seed=0).state_dict()
        )
    added = substitute(sam, model.changes)
    _put_in(sam, model, added if model.base_path else frozenset(sam.state_dict()))
    return sam.eval().requires_grad_(requires_grad=False)


def _put_in(sam: Sam, model: "AdaptedSam", wanted: frozenset[str]) -> None:
    """`wanted` names the tensors that no base holds."""
    learnt = read_weights(model.learnt_path)
    own = sam.state_dict()
    wrong = [name for name in learnt if name not in own or own[name].shape != learnt[name].shape]
    missing = sorted(wanted - learnt.keys())
    if wrong or missing:
        name = (wrong or missing)[0]
        msg = (
            f"{model.learnt_path}: not what {model.architecture} with {model.changes} learnt: "
            f"{len(wrong)} of its {len(learnt)} tensors do not fit and {len(missing)} are missing, "
            f"such as {name}; train again with samb adapt, or import again"
        )
        raise RequestError(msg)
    sam.load_state_dict(dict(learnt), strict=False)

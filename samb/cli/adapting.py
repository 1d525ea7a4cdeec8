"""`samb adapt`: train, and say how to use what came of it."""

from collections.abc import Sequence

from samb.adapt.protocol import GROUPS, RECIPE
from samb.cli.display import STDOUT, Display
from samb.cli.errors import DONE
from samb.stages.adaptation import Request
from samb.stages.importing_models import Import, import_model
from samb.stages.training import Place
from samb.stages.training import adapt as train


def adapt(arguments: Sequence[str], place: Place) -> int:
    """Train and print; returns the exit status."""
    request = Request.parse(arguments)
    recipe, start = request.taught
    STDOUT.print(f"recipe {recipe} from {start}, as model {request.name}", markup=False)
    with Display() as display:
        done = train(request, place, display)
    for fact in ("trained_parameters", "training", "validation_dsc", "licence"):
        STDOUT.print(f"  {fact.replace('_', ' ')}: {done.card[fact]}", markup=False)
    STDOUT.print(f"curves: {done.folder / 'curves.png'}", markup=False, soft_wrap=True)
    STDOUT.print(f"kept apart: {done.folder / GROUPS}", markup=False, soft_wrap=True)
    STDOUT.print(f"recipe as it ran: {done.folder / RECIPE}", markup=False, soft_wrap=True)
    STDOUT.print(f"wrote {done.config}", markup=False, soft_wrap=True)
    names = ",".join(it.name for it in request.datasets)
    others = f"{request.model.name}," if request.model else ""
    modes = ",".join(it.name for it in request.modes)
    prompt = "prompt_free" if request.recipe.built.prompt_free else f"[{modes}]"
    STDOUT.print(
        f"now: samb run dataset=[{names}] model=[{others}{done.name}] prompt={prompt}",
        markup=False,
        soft_wrap=True,
    )
    return DONE


def take_in(wanted: Import) -> None:
    """Import an author's files and say how to use them."""
    config = import_model(wanted)
    STDOUT.print(f"wrote {config}; add its training data and licence to the card", markup=False)
    prompt = "prompt_free" if wanted.classes else "box"
    STDOUT.print(f"now: samb run dataset=NAME model={wanted.name} prompt={prompt}", markup=False)

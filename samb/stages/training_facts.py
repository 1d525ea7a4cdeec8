"""What a training's card and folder say of the request behind it."""

import importlib.metadata
from pathlib import Path

from samb.adapt.card import Made, Named, faithful_to
from samb.adapt.pool import Pool
from samb.adapt.protocol import changes_of, write_groups, write_recipe
from samb.adapt.recipe import Recipe
from samb.building import Part, build_parts
from samb.choices import ConfigFolders
from samb.stages.adaptation import Request, fingerprints


def made_of(request: Request, pool: Pool) -> Made:
    """What the model is made of."""
    recipe, model, digests = request.recipe, request.model, fingerprints(pool)
    return Made(
        version=importlib.metadata.version("samb"),
        recipe=Named(recipe.name, recipe.card),
        changed=changes_of(recipe.built, _as_stated(recipe)),
        seed=recipe.built.seed,
        data=[(Named(it.name, it.card), digests[it.name]) for it in request.datasets],
        base=Named(model.name, model.card) if model else None,
        limit=request.limit,
    )


def _as_stated(recipe: Part[Recipe]) -> Recipe:
    """Without what the command line changed."""
    choice = ConfigFolders.find().read("recipe", recipe.name)
    return build_parts({recipe.name: choice}, "recipe", Recipe)[0].built


def write_protocol(folder: Path, request: Request, pool: Pool, made: Made) -> None:
    """The recipe as it ran, and the groups that validated."""
    stated = made.recipe.card
    own = {**stated, "faithful_to": faithful_to(stated, made.changed)}
    write_recipe(folder, request.recipe.built, own)
    write_groups(folder, pool)

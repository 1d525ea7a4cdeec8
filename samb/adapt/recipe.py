"""How a model is trained: everything a paper would state, from one YAML. Knows no torch."""

from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, Literal, TypeAlias

from pydantic import Field

from samb.errors import RequestError
from samb.models.architectures import Architecture
from samb.models.changes import Changes
from samb.models.preprocessing import Preprocessing

Share: TypeAlias = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]
Positive: TypeAlias = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Weight: TypeAlias = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Count: TypeAlias = Annotated[int, Field(ge=1)]


@dataclass(frozen=True)
class Losses:
    """Weights of the terms, 0: left out. Masks are logits; references in [0, 1]."""

    dice: Weight = 1.0
    dice_squared: bool = False
    """Whether the denominator holds squares (monai's `squared_pred`)."""
    cross_entropy: Weight = 1.0
    """Binary, or over the classes of a prompt-free head."""
    positive_weight: Positive = 1.0
    """Of foreground pixels in the binary cross-entropy."""
    focal: Weight = 0.0
    iou: Weight = 0.0
    """Mean square difference of the model's IoU estimates and the true IoU."""
    masks: Literal["single", "best", "single_and_best"] = "single"
    """Which of SAM's four masks learn: token 0, the best of tokens 1 to 3, or both."""
    at: Literal["low_res", "input"] = "low_res"
    """Whether masks meet references at the decoder's resolution or in the input frame."""


@dataclass(frozen=True)
class Optimiser:
    """Adam or AdamW, with a schedule by step."""

    kind: Literal["adam", "adamw"] = "adamw"
    learning_rate: Positive = 1e-4
    weight_decay: Weight = 0.0
    betas: tuple[Share, Share] = (0.9, 0.999)
    warmup_steps: Annotated[int, Field(ge=0)] = 0
    """The learning rate grows linearly from 0 over so many steps."""
    decay: Literal["constant", "cosine", "poly"] = "constant"
    """Until the last step: half a cosine to 0, or (1 - t) ** 0.9."""
    decay_steps: Count | None = None
    """The step at which the decay ends; None: the last one. With it, training can be extended."""
    clip: Positive | None = None
    """Largest norm of the gradient."""
    average: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Decay of the running mean of the weights, which is validated and kept; 0: none."""


@dataclass(frozen=True)
class Augmentation:
    """How a training image differs from the file; all 0: not at all. Probabilities and extents."""

    plain: Share = 0.0
    """How often the geometry stays as it is when the model is used."""
    flip: Share = 0.0
    quarter_turns: Share = 0.0
    rotation_degrees: Annotated[float, Field(ge=0, le=180)] = 0.0
    """Largest angle to either side."""
    zoom: tuple[Positive, Positive] = (1.0, 1.0)
    """Least and largest magnification, drawn log-uniformly; above 1 a part of the image is seen."""
    stretch: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Largest change of one axis against the other."""
    invert: Share = 0.0
    grey: Share = 0.0
    tint: Share = 0.0
    """Brightness to a line between two random colours."""
    swap_channels: Share = 0.0
    contrast: Share = 0.0
    """Gain, offset and gamma, by channel."""
    shading: Share = 0.0
    """A slow random field on the brightness."""
    blur: Share = 0.0
    noise: Share = 0.0


@dataclass(frozen=True)
class Validation:
    """What is kept apart, and how the best state is found."""

    fraction: Annotated[float, Field(gt=0, lt=1)] = 0.2
    """Of each data set's groups, in hash order."""
    every_steps: Count = 100
    targets: Count = 64
    """At most so many targets are asked for, in hash order."""
    keep: Literal["best", "last"] = "best"
    """Which state is written: of the highest mean validation DSC, or the last."""


@dataclass(frozen=True)
class Input:
    """What a recipe changes of a model's input convention (samb.models.preprocessing).

    None: as the model has it.
    """

    side: Annotated[int, Field(gt=0)] | None = None
    resize: Literal["longest_side", "stretch"] | None = None
    intensity: Literal["mean_std", "min_max", "unit"] | None = None
    channels: Literal["rgb", "bgr"] | None = None
    answer: Literal["logits", "probabilities"] | None = None

    def of(self, own: Preprocessing) -> Preprocessing:
        """The convention of a model that had this one of its `own`. Raises RequestError."""
        changed = {key: value for key, value in asdict(self).items() if value is not None}
        try:
            return replace(own, **changed)
        except ValueError as error:
            raise RequestError(f"the recipe's input does not fit the model: {error}") from error


@dataclass(frozen=True)
class Recipe:
    """One way of training. Its card says what it follows, paper or code."""

    trains: Annotated[tuple[str, ...], Field(min_length=1)]
    """Modules, as `mask_decoder` or `image_encoder.neck`; what is substituted trains anyway."""
    prompts: dict[str, Positive] = field(default_factory=dict)
    """Prompt modes and how often each is played, relative to the others; empty with a prompt-free
    head."""
    rounds: Count = 1
    """A mode that corrects is played for up to so many rounds, uniform; the last one is learnt."""
    scratch: Architecture | None = None
    """Start from fresh weights of this architecture, and take no model."""
    preprocessing: Input = field(default_factory=Input)
    changes: Changes = field(default_factory=Changes)
    prompt_free: bool = False
    """Whether a head of one mask for each structure of the data replaces the promptable one."""
    losses: Losses = field(default_factory=Losses)
    optimiser: Optimiser = field(default_factory=Optimiser)
    augmentation: Augmentation = field(default_factory=Augmentation)
    validation: Validation = field(default_factory=Validation)
    steps: Count = 200
    images_per_step: Count = 4
    targets_per_image: Count = 4
    min_pixels: Count = 12
    """Smaller targets, counted in the input frame, are not trained on."""
    balance: Literal["images", "datasets", "appearances"] = "images"
    """Drawn with equal chance: every image, every data set, or every data set's coloured and grey
    images as if they were sets of their own."""
    shares: dict[str, Positive] = field(default_factory=dict)
    """How often each of a data set's shelves of `balance` is drawn, relative to others; 1 where a
    data set is not named."""
    seed: Annotated[int, Field(ge=0)] = 0

    def __post_init__(self) -> None:
        if bool(self.prompts) == self.prompt_free:
            msg = "a recipe has either prompts, or prompt_free: true"
            raise ValueError(msg)
        if self.shares and self.balance == "images":
            msg = "shares are of data sets, but balance: images draws every image with equal chance"
            raise ValueError(f"{msg}; say balance: datasets or appearances")
        if self.changes.classes:
            msg = "changes.classes follows from the data; say prompt_free: true"
            raise ValueError(msg)

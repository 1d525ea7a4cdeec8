from dataclasses import dataclass, field

import numpy as np
import pytest

from samb.dialogue import Attempt, Prediction, Prompt
from samb.prompts.clicks import RitmClicks
from samb.prompts.corrections import Click, CorrectiveClicks, Seen, clicks_of
from samb.streams import stream
from samb.types import BoolArray, FloatArray
from tests.prompts.drawn import attempt, logits_of, picture, points_of
from tests.strategies import task_of

TARGET = picture("####....")[None]


@dataclass(frozen=True)
class Recorded(CorrectiveClicks):
    """Clicks one pixel after the other, and keeps what it saw."""

    seen: list[Seen] = field(default_factory=list)

    def _clicks(self, seen: Seen, rng: np.random.Generator) -> list[Click]:
        self.seen.append(seen)
        return [Click(0, (len(seen.clicked), 0), positive=True)]


def answered(
    masks: list[BoolArray], prompt: Prompt | None = None, logits: FloatArray | None = None
) -> Attempt:
    """An attempt with these (F, H, W) candidates; all but the first are multimask ones."""
    multimask = tuple(range(1, len(masks)))
    estimates = np.linspace(0, 1, len(masks))
    prediction = Prediction(np.stack(masks), estimates, multimask, low_res_logits=logits)
    return Attempt(1, prompt or Prompt(), prediction)


def asked(user: CorrectiveClicks, *attempts: Attempt) -> list[Prompt]:
    return user.next_prompts(task_of(TARGET), attempts, stream("any"))


def test_before_the_first_answer_everything_is_missed() -> None:
    user = Recorded()
    asked(user)
    assert np.array_equal(user.seen[0].missed, TARGET)
    assert not user.seen[0].covered.any()


def test_the_user_sees_what_is_missed_and_what_is_wrongly_covered() -> None:
    user = Recorded()
    asked(user, attempt(picture("..####..")[None]))
    assert np.array_equal(user.seen[0].missed, picture("##......")[None])
    assert np.array_equal(user.seen[0].covered, picture("....##..")[None])


def test_earlier_clicks_are_sent_again_in_their_order() -> None:
    (first,) = asked(Recorded())
    (second,) = asked(Recorded(), attempt(TARGET & False, first))
    assert points_of(second) == [(0, 0), (1, 0)]
    assert clicks_of(second) == (Click(0, (0, 0), positive=True), Click(0, (1, 0), positive=True))


def test_a_model_that_found_nothing_shows_an_empty_mask() -> None:
    nothing = Prediction(np.zeros((0, *TARGET.shape), dtype=bool), np.zeros(0))
    user = Recorded(feedback=True)
    (prompt,) = asked(user, Attempt(1, Prompt(), nothing))
    assert np.array_equal(user.seen[0].missed, TARGET)
    assert prompt.feedback is None


def test_feedback_is_the_logits_of_the_candidate_that_is_shown() -> None:
    masks = [TARGET & False, TARGET, ~TARGET, TARGET]
    for shown, index in (("single", 0), ("first", 1), ("predicted_iou", 3), ("oracle_iou", 1)):
        user = Recorded(shown=shown, feedback=True)  # type: ignore[arg-type]
        (prompt,) = asked(user, answered(masks, logits=logits_of(4)))
        assert prompt.feedback is not None
        assert np.array_equal(prompt.feedback, logits_of(4)[index : index + 1])


def test_nothing_is_fed_back_unasked_or_before_an_answer_or_by_a_model_without_logits() -> None:
    with_logits, without = answered([TARGET], logits=logits_of(1)), answered([TARGET])
    assert asked(Recorded(), with_logits)[0].feedback is None
    assert asked(Recorded(feedback=True))[0].feedback is None
    assert asked(Recorded(feedback=True), without)[0].feedback is None


def test_a_model_must_understand_feedback_only_where_it_is_given() -> None:
    assert Recorded().kinds == {"points"}
    assert Recorded(feedback=True).kinds == {"points", "feedback"}


@pytest.mark.parametrize(("target_iou", "content"), [(0.75, True), (0.76, False), (None, False)])
def test_the_user_is_content_with_the_iou_that_was_asked_for(
    target_iou: float | None, content: bool
) -> None:
    three_of_four = attempt(picture("###.....")[None])
    user = RitmClicks(count=5, target_iou=target_iou)
    assert (asked(user, three_of_four) == []) is content


def test_the_iou_is_that_of_the_candidate_that_is_shown() -> None:
    answer = answered([TARGET & False, TARGET])
    assert asked(Recorded(target_iou=0.9), answer) != []
    assert asked(Recorded(target_iou=0.9, shown="first"), answer) == []


def test_the_user_stops_at_the_count_of_rounds() -> None:
    attempts = [attempt(TARGET & False), attempt(TARGET & False)]
    assert asked(Recorded(count=2), *attempts) == []
    assert asked(Recorded(count=3), *attempts) != []


def test_a_prompt_of_one_frame_is_read_as_clicks_on_it() -> None:
    prompt = Prompt(2, np.array([[3.0, 4.0]]), np.array([0], dtype=np.int8))
    assert clicks_of(prompt) == (Click(2, (3, 4), positive=False),)

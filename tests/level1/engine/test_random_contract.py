"""The random stand-in answers as the real provider was recorded to; it needs no cluster."""

from __future__ import annotations

import string

import pytest

from lab.plugins.random import bcrypt, generate, values
from lab.plugins.random.generate import Alphabet, ImpossibleError
from lab.plugins.random.provider import RandomProvider
from lab.plugins.wire import JsonMap
from tests.recordings import calls, normalised
from tests.replaying import serving

pytestmark = pytest.mark.level1

SCENARIOS = [
    "20-random-read-patch",
    "22-secret-replaced",
    "23-field-conflict",
    "24-read-missing",
    "26-unreachable",
]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_the_stand_in_answers_as_recorded(scenario: str) -> None:
    recorded = [call for call in calls(scenario) if call.provider == "random"]
    assert recorded
    with serving(RandomProvider("4.21.1")) as served:
        for call in recorded:
            answer = normalised(served.answer(call))
            assert answer == normalised(call.answer), call.label


ALPHABET = Alphabet(
    upper=True,
    lower=True,
    numeric=True,
    special=True,
    min_upper=2,
    min_lower=3,
    min_numeric=4,
    min_special=5,
    special_characters="-_",
)


def test_a_text_has_its_minimum_of_every_sort() -> None:
    for _ in range(50):
        made = generate.text(20, ALPHABET)
        assert len(made) == 20
        assert sum(c in string.ascii_uppercase for c in made) >= 2
        assert sum(c in string.ascii_lowercase for c in made) >= 3
        assert sum(c in string.digits for c in made) >= 4
        assert sum(c in "-_" for c in made) >= 5
        assert set(made) <= {*string.ascii_letters, *string.digits, *"-_"}


def test_minima_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ImpossibleError, match="less than the sum"):
        generate.text(13, ALPHABET)


def test_two_passwords_differ() -> None:
    inputs: JsonMap = {"length": 20}
    first, second = (values.make(values.PASSWORD, inputs).properties["result"] for _ in range(2))
    assert first != second


@pytest.mark.parametrize(
    ("change", "replaced"),
    [
        ({}, []),
        ({"length": 24}, ["length"]),
        ({"keepers": {"generation": "2"}}, ["keepers"]),
        ({"overrideSpecial": "-"}, ["overrideSpecial"]),
        ({"special": False}, ["special"]),
    ],
)
def test_every_change_of_an_input_is_a_new_password(change: JsonMap, replaced: list[str]) -> None:
    inputs: JsonMap = {"length": 20, "special": True}
    kept = values.make(values.PASSWORD, inputs).properties
    assert values.changed(values.PASSWORD, kept, {**inputs, **change}) == replaced


def test_keepers_that_stay_keep_the_password() -> None:
    inputs: JsonMap = {"length": 20, "keepers": {"generation": "1"}}
    kept = values.make(values.PASSWORD, inputs).properties
    assert values.changed(values.PASSWORD, kept, inputs) == []


def test_a_hash_is_of_its_password_where_there_is_one() -> None:
    hashed = bcrypt.hashed("secret")
    if hashed is not None:  # the C library decides
        assert hashed.startswith("$2a$10$") and len(hashed) == 60
        assert hashed != bcrypt.hashed("secret"), "salted"

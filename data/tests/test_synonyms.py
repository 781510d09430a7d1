"""Each word of the synonyms stands in one group only, or two groups would become one."""

from collections import Counter

import notalone_data
from notalone_kernel import text


def test_each_word_stands_once_whatever_its_writing():
    words = Counter(text.fold_kana(text.normalise(word)) for group in notalone_data.synonyms() for word in group)
    twice = {word for word, times in words.items() if times > 1}
    # One word written in kana of both kinds would be found anyway.
    assert not twice


def test_every_group_has_a_choice_and_no_word_ends_a_rule():
    for group in notalone_data.synonyms():
        assert len(group) > 1
        # Both characters part words in the rules that the search server reads.
        assert not any("," in word or "=>" in word or word != word.strip() for word in group)

"""Lesson 0: what you will understand."""

import streamlit as st

from pages._lessons._frame import Source, pick, quiz, space_of
from pages._plot import plot
from w2v_core.figures import equations, theme
from w2v_core.figures.neighbours import nearest_bars

QUESTION = "How can a list of numbers know that a puppy is a small dog?"
RICHER = True
SYNONYMS = (("happiness", "joy"), ("dog", "puppy"), ("one", "two"))
ANALOGIES = (("man", "king", "woman"), ("Germany", "Berlin", "France"))


def show(source: Source) -> None:
    space = space_of(source)
    st.markdown(
        "A model has read a text, and nothing else. No dictionary, no atlas. Here is what it has "
        "to say; by the last lesson you can say *why*."
    )
    left, middle, right = st.columns([4, 5, 3], gap="large")
    with left:
        st.markdown("##### What stands near a word")
        word = pick("Word", "center", source, "dog", "happiness", "one", "Berlin")
        near = space.most_similar(word, 8)
        plot(
            nearest_bars(near, [source.row(w) for w, _ in near]),
            key="promise-near",
            height=330,
            name="nearest words",
        )
    with middle:
        st.markdown("##### Arithmetic with words")
        known = [three for three in ANALOGIES if all(word in space for word in three)]
        default = known[0] if known else (None, None, None)
        a, b, c = st.columns(3)
        with b:
            word_b = pick("Take", "b", source, default[1] or "", skip=())
        with a:
            word_a = pick("less", "a", source, default[0] or "", skip=(word_b,))
        with c:
            word_c = pick("plus", "c", source, default[2] or "", skip=(word_a, word_b))
        answers = space.analogy(word_a, word_b, word_c, n=5)
        if answers:
            st.latex(equations.analogy(word_a, word_b, word_c, *answers[0]))
        plot(
            nearest_bars(answers, [source.row(w) for w, _ in answers], theme.ANSWER),
            key="promise-analogy",
            height=230,
            name="analogy",
        )
    with right:
        st.markdown("##### A few promises")
        for one, other in SYNONYMS:
            if one in space and other in space:
                rank = 1 + [w for w, _ in space.most_similar(one, len(space))].index(
                    space.words[space.vocabulary.index(other)]
                )
                st.metric(
                    f"{one} ≈ {other}",
                    f"cosine {space.similarity(one, other):.2f}",
                    f"number {rank} of {len(space) - 1:,} neighbours",
                    delta_color="off",
                    delta_arrow="off",
                )
            else:
                missing = " and ".join(w for w in (one, other) if w not in space)
                st.caption(f"**{one} ≈ {other}**: this text has no {missing}.")
    quiz(
        "one and two are not the same thing. Why should their vectors be near each other?",
        (
            "someone told the model that both are numbers",
            "both stand beside the same words",
            "by chance",
        ),
        "both stand beside the same words",
        "Put one where two stood, and most sentences still read well. That is all that *near* "
        "means here; keep it in mind for lesson 10.",
        "The model never learns what a word means, only what company it keeps. Words that can "
        "stand in for each other end up side by side. The lessons show how, step by step.",
    )

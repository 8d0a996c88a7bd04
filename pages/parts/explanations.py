"""What a term, a number or a button of the app means: one sentence each, and the lesson about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Explanation:
    """One sentence about what stands on a page.

    Attributes
    ----------
    sentence : str
    lesson : str, optional
        The number of the lesson that explains more, as the address of *How it works* has it.
    """

    sentence: str
    lesson: str | None = None


EXPLANATIONS = {
    # Vectors
    "vectors": Explanation(
        "Each word has two vectors: its center vector, in V, which maps and neighbours usually "
        "use, and its output vector, in U, for when it is predicted near another word; V + U adds "
        "the two.",
        "2",
    ),
    "views": Explanation(
        "V holds the center vectors, U the output vectors, and V + U adds the two; “analogies” is "
        "V and “related” is V + U, each combined with vectors made by counting alone, to answer "
        "more questions correctly or to match people's judgements of related words better; "
        "probabilities, *how sure* and *why* use the trained vectors alone.",
        "9",
    ),
    "form": Explanation(
        "A word's vector of form is the sum of vectors of the pieces of 3 to 6 letters that it is "
        "spelled with, fitted to V: words spelled alike come near even where the text has nothing "
        "in common for them, which answers questions about forms of words (walk : walked).",
    ),
    "new word": Explanation(
        "The vector of a word that the text lacks is built from pieces of 3 to 6 letters that its "
        "words have too: the text says nothing about it, so there is no count, no certainty and no line."
    ),
    "centred": Explanation(
        "The mean of all vectors is subtracted from each, so that they are centred on 0."
    ),
    "length 1": Explanation(
        "Each vector is divided by its length, so that only its direction counts.", "2"
    ),
    "both matrices": Explanation(
        "The model's two matrices on one map: V, the center vectors, and U, the output vectors.",
        "2",
    ),
    "metric": Explanation(
        "Cosine compares directions alone; the dot product also grows with the lengths of the "
        "vectors; Euclidean distance measures from point to point.",
        "8",
    ),
    "components": Explanation(
        "A principal component is a direction along which the vectors differ most; the percentage is "
        "its share of their variance."
    ),
    # The map
    "map": Explanation(
        "PCA is the flat view that keeps most of the variance; t-SNE keeps near words near but not "
        "the distances between groups; axes place each word between two ends that you name.",
        "8",
    ),
    "map colour": Explanation(
        "What the colour of a point shows: its cluster, how often the word occurs, or a category of "
        "your own."
    ),
    "map size": Explanation("What the size of a point shows, such as how often the word occurs."),
    "map labels": Explanation(
        "How many words have labels; more appear as you zoom in, and none covers another."
    ),
    "clusters": Explanation(
        "The number of groups into which k-means divides the words by their vectors, not by their "
        "places on the map."
    ),
    "map nearest": Explanation(
        "How many of the words nearest to the selected one are listed and marked.", "8"
    ),
    "own axes": Explanation("PCA of these words alone, instead of their places on the whole map."),
    "map words": Explanation("How many words are drawn, the most frequent first."),
    "mark words": Explanation(
        "Marks every word that contains, begins with or ends in these letters, or fits a pattern."
    ),
    # Neighbours
    "how many": Explanation("How many of the nearest words each column shows, nearest first.", "8"),
    "nearest again": Explanation(
        "Replaces your own list with the words nearest to the chosen word."
    ),
    # Analogies
    "ask": Explanation(
        "A question a : b :: c : ? looks for the word that is to c as b is to a; an expression adds "
        "and subtracts any words.",
        "0",
    ),
    "method": Explanation(
        "The additive method takes the words nearest to b − a + c; the multiplicative one takes words"
        " near to b and to c and far from a, each by (1 + cos)/2; both serve the scorecard as well.",
        "0",
    ),
    "expression": Explanation(
        "Words, numbers, + − * / and brackets; a minus needs spaces around it (new-york is one "
        "word), and a word that is a number or contains other characters needs double quotes.",
        "2",
    ),
    "why parallel": Explanation(
        "Shows the context words that change in the same way from a to b and from c to d, and the "
        "lines of the text in which they occur.",
        "7",
    ),
    # Diamonds
    "plane": Explanation(
        "The flat picture onto which the vectors are projected; the sentence below the picture "
        "says how much of them it leaves out.",
        "7",
    ),
    "parallelism": Explanation(
        "The mean cosine of the offsets, pair by pair: 1 is parallel, 0 unrelated, below 0 opposite.",
        "7",
    ),
    "closure": Explanation(
        "‖a − b − c + d‖ / ½(‖b − a‖ + ‖d − c‖): 0 closes the diamond, and √2 ≈ 1.41 is what "
        "unrelated offsets have.",
        "7",
    ),
    "watch it form": Explanation(
        "Plays the passes of the training, in which the offsets turn until they are parallel, if they"
        " do.",
        "7",
    ),
    "other forms": Explanation(
        "Whether pairs such as walk → walked and happy → happier are shown, whose words share their "
        "beginning."
    ),
    "cosine of offsets": Explanation(
        "The cosine of the two offsets: 1 if they are parallel, 0 if they are unrelated.", "7"
    ),
    "mean cosine of offsets": Explanation(
        "The mean cosine of this pair's offset with the offsets of all other pairs.", "7"
    ),
    "mean closure": Explanation(
        "The mean closure of this pair with all other pairs: 0 closes every diamond.", "7"
    ),
    "cosine of words": Explanation("The cosine of the two words of the pair themselves.", "8"),
    # Compare
    "keyness": Explanation(
        "G², the log-likelihood ratio: how much evidence there is that the word's frequency differs "
        "between the two texts."
    ),
    "occurrences in A": Explanation("Occurrences in the text of A."),
    "occurrences in B": Explanation("Occurrences in the text of B."),
    "shared words": Explanation("Words that the vocabularies of both models contain."),
    "residual": Explanation(
        "The difference that remains after one space was rotated to match the other: 0 means that "
        "only a rotation separates them, 1 that they share nothing.",
        "2",
    ),
    "overlap": Explanation(
        "Of each shared word's nearest words in A, the share that is among its nearest in B, "
        "averaged.",
        "10",
    ),
    "aligned cosine": Explanation(
        "The mean cosine of a shared word's two vectors, after one space was rotated to match the "
        "other.",
        "2",
    ),
    "only different": Explanation(
        "Hides the words whose difference may be chance: those whose q is above the accepted rate of "
        "false discoveries.",
        "10",
    ),
    "q": Explanation(
        "The smallest rate of false discoveries at which this word would be named.", "10"
    ),
    "divided by": Explanation(
        "The metadata of the documents, such as year or author; documents with the same value stay "
        "together."
    ),
    "words followed": Explanation(
        "Each word gets a curve that shows how its contexts in each slice differ from those in the "
        "others."
    ),
    # Lessons
    "loss of a pair": Explanation(
        "The negative natural logarithm of the probability that the model gives to the word observed;"
        " its unit is the nat.",
        "5",
    ),
    "cosine": Explanation(
        "The cosine of the angle between the two vectors: 1 for the same direction, 0 for a right "
        "angle.",
        "8",
    ),
    "shared contexts": Explanation(
        "The share of the contexts expected near one word that the model also expects near the other.",
        "4",
    ),
    "rank correlation": Explanation(
        "+1 if longer vectors always belong to more frequent words, −1 if always to rarer ones, 0 if "
        "the two are unrelated."
    ),
    "found in both": Explanation(
        "Of the ten nearest words, the share found again by models of either half of the text.",
        "10",
    ),
    "loss in training": Explanation(
        "The mean loss of a pair in the sentences that the model has learned from, in nats.", "5"
    ),
    "loss held out": Explanation(
        "The mean loss of a pair in sentences that the model has not seen; the difference shows "
        "how much it has memorised.",
        "5",
    ),
    "learning rate": Explanation(
        "α, the factor by which the gradient is multiplied before it is subtracted from the vectors.",
        "6",
    ),
    "dimensions": Explanation("d, the number of coordinates of each vector.", "2"),
    "seed": Explanation(
        "The number that fixes the random start; the same seed gives the same start."
    ),
    "window": Explanation(
        "How many words on each side of the center word are its context; they are the words it learns"
        " to predict.",
        "3",
    ),
    "whole sentence": Explanation(
        "All other words of the sentence become the context of a word, whatever their distance.",
        "3",
    ),
    "wrong sign": Explanation(
        "Adds the gradient instead of subtracting it, so that you can see the loss rise.", "6"
    ),
    "de-embedding": Explanation(
        "The matrix that maps a hidden vector to scores over all words.", "9"
    ),
    "quiz": Explanation(
        "The same twelve questions twice: the difference is what the lessons have taught you."
    ),
    "quiz score": Explanation(
        "The mean number of right answers on the sheets of the class; unanswered questions do not "
        "count as right."
    ),
    "quiz gain": Explanation(
        "The mean gain in right answers of those who handed in both sheets in one visit."
    ),
    # Training
    "preset": Explanation("Fills in all fields below at once; each can be changed afterwards."),
    "pass": Explanation(
        "A pass goes once through all pairs of the text; the map shows the vectors after that pass.",
        "6",
    ),
    "watch words": Explanation(
        "Up to five words whose nearest words are listed after every pass, and which are "
        "highlighted on the map.",
        "8",
    ),
    "words of the text": Explanation(
        "How many words are left to train on after preparation, with repetitions."
    ),
    "distinct words": Explanation(
        "Different words in the text; those below the minimum count do not enter the vocabulary.",
        "1",
    ),
    "coverage": Explanation(
        "The share of all occurrences whose word is in the vocabulary; the rest is left out."
    ),
    "npmi": Explanation(
        "Normalised pointwise mutual information: 0 if two words occur together as often as by "
        "chance, 1 if they never occur apart; a higher value joins fewer phrases."
    ),
    "line share": Explanation(
        "A line counts as repeated if at least this share of the documents contains it."
    ),
    "beyond frequency": Explanation(
        "Each part of the sentences is kept aside in turn while a model with the same settings "
        "learns from the rest; it has learned something if it predicts the sentences kept aside "
        "better than the frequencies of words do, by more than chance explains (95 %).",
        "10",
    ),
    # The record
    "methods record": Explanation(
        "Everything needed to make the same model again: the text's digest, each setting and how it "
        "was chosen, and the versions of the packages."
    ),
}


def explanation(name: str) -> str:
    """The sentence about this entry of ``EXPLANATIONS`` and, where a lesson explains more, a link to it.

    Returns
    -------
    str
        Markdown for the ``help`` of a field, button or number.
    """
    found = EXPLANATIONS[name]
    if found.lesson is None:
        return found.sentence
    return f"{found.sentence} [Lesson {found.lesson}](lessons?lesson={found.lesson})"

"""word2vec-corpus.ts in gensim.

Started as `gensim_words.py <skipgram or cbow> <words> <vocabulary>`; answers lines as pytorch.py does.
"""

import json
import math
import signal
import sys

from gensim.models import Word2Vec

SENTENCE = 20


def corpus(words, vocabulary):
    """That of word2vec-corpus.ts: the word at a place is a power of a sine, so that few are frequent."""
    at = lambda i: math.sin((i + 1) * 12.9898) * 43758.5453
    ids = [int(vocabulary ** (at(i) - math.floor(at(i))) - 1) for i in range(words)]
    return [[f"w{i}" for i in ids[k : k + SENTENCE]] for k in range(0, words, SENTENCE)]


def main():
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    model, words, vocabulary = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    sentences = corpus(words, vocabulary)
    options = {"vector_size": 100, "window": 5, "negative": 5, "min_count": 1, "sample": 1e-3, "workers": 1}
    trained = Word2Vec(sg=int(model == "skipgram"), **options)
    trained.build_vocab(sentences)
    for line in sys.stdin:
        request, *rest = line.split()
        answer = []
        if request == "probe":
            answer = [trained.corpus_total_words, len(trained.wv)]
        else:
            trained.train(sentences, total_examples=len(sentences), epochs=int(rest[0]))
        print(json.dumps(answer), flush=True)


main()

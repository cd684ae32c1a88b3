"""word2vec.ts in PyTorch."""

import torch
from torch import nn
from torch.nn.functional import softplus

SIZE, BATCH, TARGETS = 100, 512, 6


def places(count, seed, vocabulary):
    return torch.floor((numbers(count, seed).double() + 1) / 2 * (vocabulary - 1)).long()


def prepare(words):
    vocabulary = int(words)
    tables = [nn.Embedding(vocabulary, SIZE, sparse=True) for _ in range(2)]
    with torch.no_grad():
        for seed, table in enumerate(tables, 1):
            table.weight.copy_((numbers(vocabulary * SIZE, seed) / SIZE).reshape(vocabulary, SIZE))
    words, answers = places(BATCH, 3, vocabulary), places(BATCH * TARGETS, 4, vocabulary).reshape(BATCH, TARGETS)
    optimizer = torch.optim.SGD([t.weight for t in tables], lr=0.5)

    def step(_):
        s = torch.bmm(tables[1](answers), tables[0](words).unsqueeze(2)).squeeze(2)
        loss = (softplus(-s[:, 0]).sum() + softplus(s[:, 1:]).sum()) / BATCH
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)

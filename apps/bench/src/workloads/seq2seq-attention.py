"""seq2seq-attention.ts in PyTorch."""

import torch
from torch import nn
from torch.nn.functional import cross_entropy

BATCH, TIME, WORDS, HIDDEN = 64, 20, 4000, 256


def words(seed):
    values = (numbers(BATCH * TIME, seed).double() + 1) / 2 * (WORDS - 1)
    return torch.floor(values).long().reshape(BATCH, TIME)


class Side(nn.Module):
    def __init__(self):
        super().__init__()
        self.embedding = nn.Embedding(WORDS, HIDDEN)
        self.recurrent = nn.GRU(HIDDEN, HIDDEN, bias=False, batch_first=True)

    def forward(self, tokens, state=None):
        return self.recurrent(self.embedding(tokens), state)


def prepare():
    encoder, decoder = Side(), Side()
    combine = nn.Linear(2 * HIDDEN, HIDDEN, bias=False)
    output = nn.Linear(HIDDEN, WORDS)
    parts = nn.ModuleList([encoder, decoder, combine, output])
    matrices = [p for p in parts.parameters() if p.ndim == 2]
    with torch.no_grad():
        output.bias.zero_()
        for seed, weight in enumerate(matrices, 4):
            scaled = numbers(weight.numel(), seed).double() / weight.shape[1] ** 0.5
            weight.copy_(scaled.reshape(weight.shape))
    optimizer = torch.optim.Adam(parts.parameters(), lr=1e-3)
    source, target, labels = words(1), words(2), words(3)

    def step(_):
        read, last = encoder(source)  # (B, T, 256)
        written, _state = decoder(target, last)
        weights = torch.bmm(written, read.transpose(1, 2)).softmax(-1)
        seen = torch.bmm(weights, read)
        logits = output(torch.tanh(combine(torch.cat([seen, written], 2))))
        loss = cross_entropy(logits.reshape(-1, WORDS), labels.reshape(-1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=3)

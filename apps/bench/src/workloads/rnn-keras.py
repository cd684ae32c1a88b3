"""rnn-keras.ts in PyTorch."""

import torch
from torch.nn.functional import mse_loss

INPUT = 2
HIDDEN = 128
BATCH = 2
TIME = 8


def weights(like, seed):
    return (numbers(like.numel(), seed).double() / HIDDEN**0.5).reshape(like.shape)


def prepare():
    rnn = torch.nn.RNN(INPUT, HIDDEN, bias=False)
    dense = torch.nn.Linear(HIDDEN, 1)
    with torch.no_grad():
        rnn.weight_ih_l0.copy_(weights(rnn.weight_ih_l0, 3))
        rnn.weight_hh_l0.copy_(weights(rnn.weight_hh_l0, 4))
        dense.weight.copy_(weights(dense.weight, 5))
        dense.bias.zero_()
    optimizer = torch.optim.Adam([*rnn.parameters(), *dense.parameters()], lr=1e-3)
    x = (numbers(TIME * BATCH * INPUT, 1) > 0).float().reshape(TIME, BATCH, INPUT)
    d = (numbers(TIME * BATCH, 2) > 0).float().reshape(TIME, BATCH, 1)

    def step(_):
        output, _state = rnn(x)  # (T, B, 128)
        loss = mse_loss(torch.sigmoid(dense(output)), d)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)

"""recurrent.ts in PyTorch."""

import torch
from torch.nn.functional import mse_loss

INPUT = 64
HIDDEN = 128
BATCH = 32
TIME = 50


def weights(like, seed):
    return (numbers(like.numel(), seed).double() / HIDDEN**0.5).reshape(like.shape)


def prepare(name):
    layer = getattr(torch.nn, name)(INPUT, HIDDEN, bias=False)
    with torch.no_grad():
        layer.weight_ih_l0.copy_(weights(layer.weight_ih_l0, 3))
        layer.weight_hh_l0.copy_(weights(layer.weight_hh_l0, 4))
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3)
    x = numbers(TIME * BATCH * INPUT, 1).reshape(TIME, BATCH, INPUT)
    d = numbers(BATCH * HIDDEN, 2).reshape(BATCH, HIDDEN)

    def step(_):
        output, _state = layer(x)  # (T, B, 128)
        loss = mse_loss(output[-1], d)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=5)

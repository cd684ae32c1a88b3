"""mlp-tiny.ts in PyTorch."""

import torch

HIDDEN = 10


def prepare():
    x = torch.tensor([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    d = torch.tensor([[0.0], [1.0], [1.0], [0.0]])
    w1 = numbers(2 * HIDDEN, 1).reshape(2, HIDDEN).requires_grad_()
    b1 = numbers(HIDDEN, 2).requires_grad_()
    w2 = numbers(HIDDEN, 3).reshape(HIDDEN, 1).requires_grad_()
    b2 = numbers(1, 4).requires_grad_()
    optimizer = torch.optim.SGD([w1, b1, w2, b2], lr=0.5)

    def step(_):
        y = torch.sigmoid(torch.sigmoid(x @ w1 + b1) @ w2 + b2)
        loss = (y - d).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)

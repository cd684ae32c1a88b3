"""mlp-mnist.ts in PyTorch."""

import torch
from torch.nn.functional import cross_entropy

BATCH = 100
SIZES = [784, 500, 300, 10]


def prepare():
    x = numbers(BATCH * SIZES[0], 1).abs().reshape(BATCH, SIZES[0])
    y = torch.tensor([(i * 7) % 10 for i in range(BATCH)])
    w = [
        (numbers(SIZES[l] * SIZES[l + 1], 2 + l).double() * (4 / SIZES[l]) ** 0.5)
        .float()
        .reshape(SIZES[l], SIZES[l + 1])
        .requires_grad_()
        for l in range(3)
    ]
    b = [torch.zeros(SIZES[l + 1], requires_grad=True) for l in range(3)]
    optimizer = torch.optim.RMSprop([*w, *b], lr=1e-4, alpha=0.9, eps=1e-12)

    def step(_):
        h1 = torch.relu(x @ w[0] + b[0])  # (B, 500)
        h2 = torch.relu(h1 @ w[1] + b[1])  # (B, 300)
        loss = cross_entropy(h2 @ w[2] + b[2], y)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step, compared=6)

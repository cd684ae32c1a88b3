"""rnn-binary-addition.ts in PyTorch."""

import torch

BITS = 8
HIDDEN = 16


def bits(value):
    return [(value >> t) & 1 for t in range(BITS)]


def prepare():
    w_in = numbers(2 * HIDDEN, 1).reshape(2, HIDDEN).requires_grad_()
    w = numbers(HIDDEN * HIDDEN, 2).reshape(HIDDEN, HIDDEN).requires_grad_()
    w_out = numbers(HIDDEN, 3).reshape(HIDDEN, 1).requires_grad_()
    optimizer = torch.optim.SGD([w_in, w, w_out], lr=0.1)

    def step(index):
        a, b = (index * 37) % 128, (index * 91 + 5) % 128
        x = torch.tensor([bits(a), bits(b)], dtype=torch.float32).t()  # (T, 2)
        d = torch.tensor(bits(a + b), dtype=torch.float32)  # (T)
        z = torch.zeros(1, HIDDEN)
        loss = 0.0
        for t in range(BITS):
            z = torch.sigmoid(x[t : t + 1] @ w_in + z @ w)  # (1, H)
            y = torch.sigmoid(z @ w_out)  # (1, 1)
            loss = loss + (y - d[t]).square().sum() * 0.5
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)

"""diffusion-2d.ts in PyTorch."""

import math

import torch
from torch.nn import Linear, ReLU, Sequential

BATCH, WIDTH, T, BATCHES = 256, 128, 100, 8
SIZES = [8, WIDTH, WIDTH, WIDTH, 2]


def cosine_schedule():
    def alpha_bar(t):
        return math.cos((t / T + 0.008) / 1.008 * math.pi / 2) ** 2

    found, product = [], 1.0
    for t in range(T):
        product *= 1 - min(0.999, 1 - alpha_bar(t + 1) / alpha_bar(t))
        found.append(product)
    kept = torch.tensor(found, dtype=torch.float64)
    return kept.sqrt().float(), (1 - kept).sqrt().float()


def layer(index):
    inputs, outputs = SIZES[index], SIZES[index + 1]
    made = Linear(inputs, outputs)
    values = numbers(inputs * outputs, 21 + index).double() / inputs**0.5
    with torch.no_grad():
        made.weight.copy_(values.reshape(outputs, inputs))
        made.bias.zero_()
    return made


def prepare():
    signal, spread = cosine_schedule()
    network = Sequential(layer(0), ReLU(), layer(1), ReLU(), layer(2), ReLU(), layer(3))
    angles = torch.tensor([[math.pi * k / (2 * T) for k in (1, 2, 4)]])
    x = [numbers(BATCH * 2, 1 + i).reshape(BATCH, 2) for i in range(BATCHES)]
    noise = [numbers(BATCH * 2, 11 + i).reshape(BATCH, 2) for i in range(BATCHES)]
    times = [torch.tensor([(n * 37 + i) % T for n in range(BATCH)]) for i in range(BATCHES)]
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-3)

    def step(index):
        i = index % BATCHES
        a, s = signal[times[i]].unsqueeze(1), spread[times[i]].unsqueeze(1)
        turned = times[i].unsqueeze(1) * angles
        seen = torch.cat([a * x[i] + s * noise[i], turned.sin(), turned.cos()], 1)
        loss = (network(seen) - (a * noise[i] - s * x[i])).square().mean()
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        return loss.item()

    return Training(step)

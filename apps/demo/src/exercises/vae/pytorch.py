"""Writes pytorch.json beside this script: the exercise's full preset in PyTorch, with the same digits, sizes, batches, rates and
epochs, once with two numbers of z and once with twenty.

    node --conditions=@kasane/source apps/demo/scripts/export-digits.ts DIGITS
    python3 pytorch.py DIGITS

Layers start as nn.Linear does, which is how ours start. The figures are those of each seed: the bound (ten draws) and the
importance-weighted one (fifty), means over the held-out digits in nats.
"""

import json
import math
import os
import sys

import torch
from torch import nn
from torch.distributions import Normal
from torch.nn.functional import binary_cross_entropy_with_logits as bce

HERE = os.path.dirname(os.path.abspath(__file__))
PIXELS, HIDDEN, BATCH, STEPS, LR, CALM = 784, 256, 100, 4500, 0.002, 0.4
LATENTS, SEEDS = [2, 20], [0, 1, 2]

torch.set_num_threads(1)


def digits(part):
    with open(os.path.join(sys.argv[1], f"{part}.u8"), "rb") as file:
        data = torch.frombuffer(bytearray(file.read()), dtype=torch.uint8)
    return data.reshape(-1, PIXELS).float() / 255


class Vae(nn.Module):
    def __init__(self, latent):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(PIXELS, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 2 * latent))
        self.decoder = nn.Sequential(nn.Linear(latent, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, PIXELS))

    def terms(self, x, draws):
        """log p(x|z), log p(z) and log q(z|x), (draws, N) each, and the divergence, (N)."""
        mean, log_variance = self.encoder(x).chunk(2, 1)
        q = Normal(mean, (0.5 * log_variance).exp())
        z = q.rsample([draws])
        logits = self.decoder(z)
        likelihood = -bce(logits, x.expand_as(logits), reduction="none").sum(2)
        prior = Normal(torch.zeros_like(mean), 1.0)
        divergence = torch.distributions.kl_divergence(q, prior).sum(1)
        return likelihood, prior.log_prob(z).sum(2), q.log_prob(z).sum(2), divergence

    def elbo(self, x, draws):
        likelihood, _, _, divergence = self.terms(x, draws)
        return likelihood.mean(0) - divergence

    def bound(self, x, draws):
        likelihood, prior, q, _ = self.terms(x, draws)
        return (likelihood + prior - q).logsumexp(0) - math.log(draws)


def run(latent, seed, train, test):
    torch.manual_seed(seed)
    model = Vae(latent)
    optimizer = torch.optim.Adam(model.parameters(), lr=LR)
    order = torch.empty(0, dtype=torch.long)
    for i in range(STEPS):
        left = min(1, (STEPS - i) / (CALM * STEPS))
        optimizer.param_groups[0]["lr"] = LR * 0.1 ** (1 - left)
        if len(order) < BATCH:
            order = torch.randperm(len(train))
        rows, order = order[:BATCH], order[BATCH:]
        loss = -model.elbo(train[rows], 1).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    with torch.no_grad():
        elbo = model.elbo(test, 10).mean().item()
        bound = torch.cat([model.bound(x, 50) for x in test.split(50)]).mean().item()
    print(latent, seed, elbo, bound, file=sys.stderr)
    return {"latent": latent, "seed": seed, "elbo": round(elbo, 3), "bound": round(bound, 3)}


train, test = digits("train"), digits("test")
result = {
    "torch": torch.__version__.split("+")[0],
    "digits": [len(train), len(test)],
    "hidden": HIDDEN,
    "batch": BATCH,
    "steps": STEPS,
    "lr": LR,
    "runs": [run(latent, seed, train, test) for latent in LATENTS for seed in SEEDS],
}
with open(os.path.join(HERE, "pytorch.json"), "w") as file:
    json.dump(result, file, indent=2)
    file.write("\n")

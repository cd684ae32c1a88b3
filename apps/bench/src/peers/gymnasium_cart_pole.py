"""CartPole of Gymnasium.

Started by gymnasium.ts as `gymnasium_cart_pole.py <single or batched> <steps> <carts>`. Each line of standard input is a request, `probe` or
`run N`; each is answered by one line of JSON: the numbers to agree on, or an empty list.
"""

import json
import signal
import sys

import gymnasium
import numpy as np


def trajectory():
    """What is seen in 20 steps from the state of cart-pole.ts, with pushes to both sides."""
    env = gymnasium.make("CartPole-v1")
    env.reset(seed=0)
    env.unwrapped.state = np.array([0.01, -0.02, 0.03, 0.04])
    return [float(x) for i in range(20) for x in env.step(i % 2)[0]]


def single(steps):
    env = gymnasium.make("CartPole-v1")
    seen, _ = env.reset(seed=1)

    def run(count):
        nonlocal seen
        for _ in range(count * steps):
            seen, _, terminated, truncated, _ = env.step(1 if seen[2] > 0 else 0)
            if terminated or truncated:
                seen, _ = env.reset()

    return run


def batched(steps, carts):
    envs = gymnasium.make_vec("CartPole-v1", carts, vectorization_mode="vector_entry_point")
    seen, _ = envs.reset(seed=1)

    def run(count):
        nonlocal seen
        for _ in range(count * steps):
            seen = envs.step((seen[:, 2] > 0).astype(np.int64))[0]

    return run


def main():
    # Ctrl-C ends the bench, without a traceback for each side.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    kind, steps, carts = sys.argv[1:]
    run = single(int(steps)) if kind == "single" else batched(int(steps), int(carts))
    for line in sys.stdin:
        request, *rest = line.split()
        answer = trajectory() if request == "probe" else run(int(rest[0])) or []
        print(json.dumps(answer), flush=True)


main()

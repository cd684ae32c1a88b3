"""One side of a workload in PyTorch.

Started by pytorch.ts as `pytorch.py <threads> <workload file> [arguments of its prepare]`. Each line of
standard input is a request, `probe` or `run N`; each is answered by one line of JSON: the numbers to agree
on, or an empty list.
"""

import importlib.util
import json
import math
import signal
import sys

import torch


def numbers(count, seed):
    """The numbers of numbers.ts: sines in float64, rounded to float32."""
    values = [math.sin((i + 1) * 12.9898 + seed * 78.233) for i in range(count)]
    return torch.tensor(values, dtype=torch.float64).float()


def seeded(model):
    """The model with the weights of classifier.ts; of vectors, biases are 0 and factors stay 1."""
    with torch.no_grad():
        for i, (name, parameter) in enumerate(model.named_parameters()):
            if parameter.dim() == 1:
                if name.endswith("bias"):
                    parameter.zero_()
                continue
            values = numbers(parameter.numel(), 2 + i).double() / parameter[0].numel() ** 0.5
            parameter.copy_(values.reshape(parameter.shape))
    return model


class Training:
    """A loop whose `step(index)` updates the weights once and returns the loss it read before.

    `compared` is the number of losses to agree on, as in training.ts.
    """

    def __init__(self, step, compared=20):
        self.step = step
        self.compared = compared
        self.count = 0

    def next(self):
        loss = self.step(self.count)
        self.count += 1
        if not math.isfinite(loss):
            raise ValueError(f"the loss is {loss} at step {self.count}")
        return loss

    def probe(self):
        return [self.next() for _ in range(self.compared)]

    def run(self, steps):
        for _ in range(steps):
            self.next()


def main():
    # Ctrl-C ends the bench, without a traceback for each side.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    threads, path, *args = sys.argv[1:]
    torch.set_num_threads(int(threads))
    spec = importlib.util.spec_from_file_location("workload", path)
    workload = importlib.util.module_from_spec(spec)
    workload.numbers = numbers
    workload.seeded = seeded
    workload.Training = Training
    spec.loader.exec_module(workload)
    prepared = workload.prepare(*args)
    for line in sys.stdin:
        request, *rest = line.split()
        answer = prepared.probe() if request == "probe" else prepared.run(int(rest[0])) or []
        print(json.dumps(answer), flush=True)


main()

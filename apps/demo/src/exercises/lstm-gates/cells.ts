/** What holds of the cells without any training. */
import { gradients } from '@kasane/autograd';
import { CECCell, LSTMCell, PeepholeLSTMCell } from '@kasane/layers-rnn';
import { ones, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { float64 } from '../../float64.ts';

const FAR = 40; // a sum at which σ is 0 or 1 to the last digit
const MANY = 1000; // steps
const logit = (p: number): number => Math.log(p / (1 - p));

/** What a one-unit LSTM is given. */
interface Given {
  /** The sums of i, f, a, o, before σ and tanh. */
  readonly sums: readonly number[];
  /** The cell at the start. */
  readonly c: number;
  readonly steps?: number;
  /** What i, f, o see of the cell. */
  readonly peephole?: readonly number[];
}

/** The state after steps in which the sums of the gates stay. */
function gated({ sums, c, steps = 1, peephole = [0, 0, 0] }: Given): { h: number; c: number } {
  const cell = new PeepholeLSTMCell(1, 1, float64());
  const none = zeros([4, 1], float64());
  cell.loadStateDict({
    weight_ih: none,
    weight_hh: none,
    bias_ih: tensor(sums, float64()),
    bias_hh: zeros([4], float64()),
    peephole: tensor(peephole, [3, 1], float64()),
  });
  const zero = zeros([1, 1], float64());
  let state = { h: zero, c: tensor([[c]], float64()) };
  for (let t = 0; t < steps; t++) ({ state } = cell.step(zero, state));
  return { h: state.h.item(), c: state.c.item() };
}

export function cells(generator: Generator): Check[] {
  const golden = gated({ sums: [0, logit(0.25), Math.atanh(0.8), 0], c: 2 });
  const kept = gated({ sums: [-FAR, FAR, 1, 0], c: 2, steps: MANY }).c;
  const hidden = gated({ sums: [0, FAR, 1, -FAR], c: 2, steps: MANY }).h;
  const erased = gated({ sums: [FAR, -FAR, Math.atanh(0.5), 0], c: 2 }).c;
  const peeped = (c: number): number =>
    gated({ sums: [0, -FAR, FAR, 0], c, peephole: [1, 0, 0] }).c;

  const wide = randn([4, 3], { generator, ...float64() });
  const [plain, peeping] = [new LSTMCell(3, 5, float64()), new PeepholeLSTMCell(3, 5, float64())];
  peeping.loadStateDict({ ...plain.stateDict(), peephole: zeros([3, 5]) });
  const apart = plain.forward(wide).h.sub(peeping.forward(wide).h).abs().max().item();
  const more = peeping.numParameters() - plain.numParameters();

  const carousel = new CECCell(1, 1, { generator, ...float64() });
  const inside = carousel.numParameters() - carousel.entry.numParameters();
  const first = ones([1, 1], { ...float64(), requiresGrad: true });
  let c: Tensor = first;
  for (let t = 0; t < 100; t++) c = carousel.step(ones([1, 1], float64()), c).state;
  return [
    check(37, 'CEC: ∂c_100/∂c_0', gradients([c.sum()], [first])[0]!.item()).equals(1),
    check(39, 'CEC: weights inside the carousel', inside).equals(0),
    check([40, 41], `input gate shut, forget gate open: the cell keeps 2 for ${MANY} steps`, kept).near(2, 1e-12),
    check(40, `output gate shut: nothing is shown in ${MANY} steps`, hidden).near(0, 1e-12),
    check(41, 'forget gate shut: the cell is empty but for the new', erased).near(0.5, 1e-12),
    check(43, 'c of i = 0.5, a = 0.8, f = 0.25, c = 2', golden.c).near(0.9, 1e-12),
    check(43, 'h with o = 0.5', golden.h).near(0.358149, 5e-7),
    check(44, 'peepholes: another c changes the input gate', Math.abs(peeped(2) - peeped(1))).above(0.1),
    check(44, 'weights that peepholes add to 5 units', more).equals(15),
    check(44, 'peepholes of zero against an LSTM', apart).equals(0),
  ]; // prettier-ignore
}

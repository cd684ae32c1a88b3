/**
 * CartPole itself: a thousand steps of one cart, and of many side by side.
 *
 * A step of the row is a thousand steps of the environment with a push that changes with where the pole leans, and resets where it has fallen; from
 * there on, the sides go their own ways. Before, they go 20 steps from the same state and must see the same.
 */
import { CartPole, CartPoleVectorEnv, make } from '@kasane/rl';
import { gymnasium } from '../peers/gymnasium.ts';
import { kasane } from '../peers/kasane.ts';
import type { Workload } from '../workload.ts';

const STEPS = 1000;
const CARTS = 256;
const START = [0.01, -0.02, 0.03, 0.04] as const;

/** What is seen in 20 steps from START, with pushes to both sides. */
function trajectory(): number[] {
  const cart = new CartPole();
  cart.reset({ seed: 0 });
  cart.state.set(START);
  return Array.from({ length: 20 }, (_, i) => [...cart.step(i % 2).observation]).flat();
}

export const cartPoleSteps: Workload = {
  id: 'cart-pole-steps',
  title: '1,000 steps of CartPole-v1',
  unit: 'µs',
  threads: 1,
  goals: [{ atMost: 250 }], // 4,000,000 a second

  ours: kasane(() => {
    const cart = make('CartPole-v1');
    let { observation } = cart.reset({ seed: 1 });
    return {
      probe: trajectory,
      run(steps) {
        for (let i = 0; i < steps * STEPS; i++) {
          const step = cart.step(observation[2]! > 0 ? 1 : 0);
          observation =
            step.terminated || step.truncated ? cart.reset().observation : step.observation;
        }
      },
    };
  }),

  peers: [gymnasium('single', STEPS)],
};

export const cartPoleBatched: Workload = {
  id: 'cart-pole-batched',
  title: `1,000 steps of each of ${CARTS} CartPole-v1, side by side`,
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: (CARTS * STEPS) / 20_000 }], // 20,000,000 a second

  ours: kasane(() => {
    const carts = new CartPoleVectorEnv(CARTS);
    let { observations } = carts.reset({ seed: 1 });
    const actions = new Int32Array(CARTS);
    return {
      probe: trajectory,
      run(steps) {
        for (let i = 0; i < steps * STEPS; i++) {
          for (let e = 0; e < CARTS; e++) actions[e] = observations[4 * e + 2]! > 0 ? 1 : 0;
          observations = carts.step(actions).observations;
        }
      },
    };
  }),

  peers: [gymnasium('batched', STEPS, CARTS)],
};

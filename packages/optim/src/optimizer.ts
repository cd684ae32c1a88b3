import {
  CheckpointError,
  DTypeError,
  replay,
  enableGrad,
  guardedOptions,
  showAs,
  keep,
  dynamicAttrs,
  noGrad,
  guard,
  SparseGradient,
  run,
  runInto,
  scope,
  Tensor,
  zerosLike,
  type Backend,
} from '@kasane/tensor-core';
import { axpby } from './ops/axpby.ts';
import { placesOf, writeRows } from './ops/rows.ts';
import {
  checkParameter,
  groupsOf,
  listOf,
  type OptimizerDefaults,
  type OptimizerGroup,
  type OptimizerOptions,
  type ParamGroup,
  type OptimizerParams,
} from './param-group.ts';
import { requireAtLeast, requireBetas, withDefaults } from './ranges.ts';
import {
  groupMismatches,
  movedState,
  stateMismatches,
  type OptimizerStateDict,
  type ParameterState,
  type SavedGroup,
  type SavedState,
} from './state-dict.ts';

/** What an optimizer remembers of a parameter, and how often it has updated it. */
export type Counted<S> = S & { step: number };

/**
 * What every optimizer is made of: parameter groups, step counts, states, and saving them.
 *
 * A new optimizer is a class with two methods: `initState` makes what it remembers of a parameter, and
 * `update` writes the parameter (and its state) with `assign`. Updates run without recording and inside
 * a scope, so they need not free anything; states are kept.
 *
 * Parameters without a gradient, such as frozen ones, are left as they are.
 *
 * Same as `torch.optim.Optimizer`, except: gradients are null after `zeroGrad`.
 *
 * @throws {@link DataError} for no or duplicated parameters.
 * @throws {@link DTypeError} for whole numbers and bools.
 * @throws {@link ScopeError} for results of ops.
 * @throws RangeError for options out of range.
 *
 * @example
 * import { backward } from '@kasane/autograd';
 * import {
 *   Optimizer,
 *   type OptimizerGroup,
 *   type OptimizerOptions,
 *   type ParameterState,
 * } from '@kasane/optim';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * class SignDescent extends Optimizer<OptimizerOptions> {
 *   constructor(params: Iterable<Tensor>, options: { readonly lr: number }) {
 *     super(params, options);
 *   }
 *   protected initState(): ParameterState {
 *     return {};
 *   }
 *   protected update(
 *     parameter: Tensor,
 *     grad: Tensor,
 *     _: ParameterState,
 *     group: OptimizerGroup<OptimizerOptions>,
 *   ): void {
 *     parameter.assign(parameter.sub(grad.sign().mul(group.lr)));
 *   }
 * }
 * const x = tensor([2, -3], { requiresGrad: true });
 * const optimizer = new SignDescent([x], { lr: 0.5 });
 * backward(x.square().sum());
 * optimizer.step();
 * x.toArray(); // => [1.5,-2.5]
 */
export abstract class Optimizer<
  O extends OptimizerOptions = OptimizerOptions,
  S extends ParameterState = ParameterState,
> {
  readonly #defaults: O;
  readonly #groups: OptimizerGroup<O>[] = [];
  readonly #states = new Map<Tensor, Counted<S>>();

  /**
   * Takes parameters or groups of them; `defaults` holds every option, but may leave out those that all have.
   * Options of other names are errors.
   */
  constructor(
    params: OptimizerParams<O>,
    defaults: OptimizerDefaults<O>,
    options: Partial<O> = {},
  ) {
    // What OptimizerDefaults lets out is here.
    const all = { lr: 0.001, weightDecay: 0, maximize: false, ...defaults } as O;
    this.#defaults = withDefaults(this.constructor.name, all, options);
    for (const group of groupsOf(this.constructor.name, params)) this.addParamGroup(group);
  }

  /** What the optimizer remembers of a parameter before its first update; null for what comes later. */
  protected abstract initState(parameter: Tensor, group: OptimizerGroup<O>): S;

  /**
   * Writes one parameter. `grad` has its sign turned if `maximize` is set; `state.step` is the number
   * of updates before this one. Numbers that change from step to step go through `dynamicAttrs`, so that
   * compiled steps follow them.
   */
  protected abstract update(
    parameter: Tensor,
    grad: Tensor,
    state: Counted<S>,
    group: OptimizerGroup<O>,
  ): void;

  /**
   * True if `update` leaves rows of a table alone whose gradient is zero, but for weight decay; it is then
   * asked to update the others only.
   */
  protected takesRows?(options: O): boolean;

  /** Updates the rows of a table that a gradient names, as if they were a parameter of their own. */
  protected updateRows(
    table: Tensor,
    indices: Tensor,
    grads: Tensor,
    state: Counted<S>,
    group: OptimizerGroup<O>,
  ): void {
    const pairs: (readonly [from: Tensor, rows: Tensor])[] = [];
    const take = (from: Tensor): Tensor => {
      const rows = from.indexSelect(0, indices, { checked: true }); // when the gradient came to be
      pairs.push([from, rows]);
      return rows;
    };
    // Has what `state` has: numbers, such as the step count, remain those of the table.
    const own: Record<string, unknown> = Object.create(state);
    for (const [key, value] of Object.entries(state))
      if (value instanceof Tensor) own[key] = take(value);
    const rows = take(table);
    const places = placesOf(indices);
    const sums = run(writeRows, [zerosLike(grads), grads, places[0]], { beta: 1 });
    this.update(rows, sums, own as Counted<S>, group);
    for (const [to, from] of pairs) runInto(writeRows, to, [from, ...places], { beta: null });
  }

  /**
   * Throws RangeError if an option is out of range: no number may be negative, and betas are rates
   * from 0 to below 1. Subclasses add rules of their own, or replace these.
   */
  protected check(options: O): void {
    const owner = this.constructor.name;
    for (const [option, value] of Object.entries(options)) {
      if (typeof value === 'number') requireAtLeast(owner, option, value, 0);
    }
    // Nothing else has this name, and a user's optimizer need not have it.
    const { betas } = options as { readonly betas?: readonly [number, number] };
    if (betas !== undefined) requireBetas(owner, betas);
  }

  /** g + λ·θ: weight decay as part of the gradient. */
  protected decayed(parameter: Tensor, grad: Tensor, options: O): Tensor {
    if (options.weightDecay === 0) return grad;
    const factors = dynamicAttrs(options, ({ weightDecay }) => ({ alpha: 1, beta: weightDecay }));
    return run(axpby, [grad, parameter], factors);
  }

  /** The groups; their options, such as `lr`, may be changed at any time. */
  get paramGroups(): readonly OptimizerGroup<O>[] {
    return this.#groups;
  }

  /** Adds parameters with options of their own, as when a frozen part of a model begins to learn. */
  addParamGroup(group: ParamGroup<O>): void {
    const owner = this.constructor.name;
    const options = withDefaults(owner, this.#defaults, group, 'params', 'initialLr');
    const params = listOf(owner, group?.params);
    const settings = { ...options, params };
    this.check(settings);
    if (params.length === 0) groupsOf(owner, params); // throws: an empty group is a mistake
    const known = new Set(this.#groups.flatMap((one) => one.params));
    for (const parameter of params) {
      checkParameter(owner, parameter, known);
      known.add(parameter);
    }
    this.#groups.push(settings);
  }

  /** Drops all gradients. */
  zeroGrad(): void {
    for (const { params } of this.#groups) for (const parameter of params) parameter.grad = null;
  }

  /**
   * Updates every parameter that has a gradient. With a closure, which computes the loss and its
   * gradients, calls it first and returns what it returns.
   */
  step(): void;
  step<T>(closure: () => T): T;
  step<T>(closure?: () => T): T | undefined {
    const result = closure === undefined ? undefined : enableGrad(closure);
    noGrad(() => scope(() => this.#updateAll()));
    return result;
  }

  #updateAll(): void {
    guard(() => this.#groups.length); // compiled steps are traced anew for more groups, and other states
    for (const options of this.#groups) {
      const group = guardedOptions(options);
      for (const parameter of options.params) {
        const grad = parameter.heldGrad();
        if (grad === null) continue;
        const state = this.#stateOf(parameter, group);
        const signed = (g: Tensor): Tensor => (group.maximize ? g.neg() : g);
        if (grad instanceof SparseGradient && group.weightDecay === 0 && this.takesRows?.(group))
          this.updateRows(parameter, grad.indices, signed(grad.values), state, group);
        else this.update(parameter, signed(parameter.peekGrad()!), state, group);
        replay(() => state.step++);
      }
    }
  }

  #stateOf(parameter: Tensor, group: OptimizerGroup<O>): Counted<S> {
    let state = guard(() => this.#states.get(parameter));
    if (state === undefined) {
      state = { step: 0, ...mapTensors(this.initState(parameter, group), keep) };
      this.#states.set(parameter, state);
    }
    return state;
  }

  /**
   * The options of the groups, and per parameter (numbered through all groups) the step count and
   * state. Tensors in it stay as they are when training goes on; the rest is JSON.
   */
  stateDict(): OptimizerStateDict {
    const state: Record<string, SavedState> = {};
    let index = 0;
    const paramGroups = this.#groups.map((group) => {
      const params = group.params.map((parameter) => {
        const own = this.#states.get(parameter);
        if (own !== undefined) state[index] = mapTensors(own, (t) => t.detach());
        return index++;
      });
      // Options are plain fields; that they have names is all a saved group says of them.
      return { ...group, params } as unknown as SavedGroup;
    });
    return { state, paramGroups };
  }

  /**
   * The same as `loadStateDict`, also with tensors that come from a device that answers later, as they were when
   * this was called: of a training on `gpu()`, for parameters on `wasm()`.
   */
  async loadStateDictAsync(saved: OptimizerStateDict): Promise<void> {
    const homes = new Map<string, Backend>();
    this.#groups.forEach(({ params }, g) => {
      // A file may say anything; loadStateDict says what is wrong with it.
      const numbers: readonly unknown[] = saved?.paramGroups?.[g]?.params ?? [];
      params.forEach(({ backend }, i) => homes.set(String(numbers[i]), backend));
    });
    const { state, made } = await movedState(saved?.state, homes);
    try {
      this.loadStateDict({ ...saved, state });
    } finally {
      for (const one of made) one.dispose();
    }
  }

  /**
   * Takes up where `stateDict` was called, to the last bit. Throws CheckpointError with all that does
   * not fit, and then changes nothing. Tensors that come from a device that answers later need `loadStateDictAsync`.
   */
  loadStateDict(saved: OptimizerStateDict): void {
    // A file may say null, of which there is nothing to take apart.
    const { state, paramGroups }: OptimizerStateDict = Object(saved);
    const problems = groupMismatches(this.#groups, { state, paramGroups });
    const memories: (readonly [Tensor, SavedState])[] = [];
    const changes: (() => void)[] = [];
    const numbered = new Set<string>();
    if (problems.length === 0) {
      this.#groups.forEach((group, g) => {
        const { params: numbers, ...saved } = paramGroups[g]!;
        changes.push(() => Object.assign(group, saved));
        // Compared key by key with the group's own options above.
        const options = { ...group, ...saved } as OptimizerGroup<O>;
        try {
          this.check(options);
        } catch (error) {
          problems.push(`group ${g}: ${String(error)}`);
        }
        group.params.forEach((parameter, i) => {
          const key = String(numbers[i]);
          if (numbered.has(key)) problems.push(`group ${g}: params has ${key} twice`);
          numbered.add(key);
          const found = state[key];
          if (found === undefined) return;
          scope(() => {
            const expected = this.initState(parameter, options);
            problems.push(...stateMismatches(key, parameter, expected, found));
          });
          memories.push([parameter, found]);
        });
      });
      for (const key of Object.keys(state)) {
        if (!numbered.has(key)) problems.push(`state ${key}: belongs to no parameter`);
      }
    }
    if (problems.length > 0) {
      throw new CheckpointError(
        `${this.constructor.name}: the state does not fit: ${problems.join('; ')}. Build it as it was saved.`,
      );
    }
    // All of them before anything is changed: one that was freed throws.
    const states = memories.map(([parameter, found]) => {
      const { backend } = parameter;
      const own = mapTensors(found, (t) => keep(moved(t, backend).detach()));
      // stateMismatches compared keys, shapes and dtypes with those of initState, which is an S.
      return [parameter, own as Counted<S>] as const;
    });
    for (const old of this.#states.values()) {
      for (const value of Object.values(old)) if (value instanceof Tensor) value.dispose();
    }
    this.#states.clear();
    for (const change of changes) change();
    for (const [parameter, own] of states) this.#states.set(parameter, own);
  }
}

function moved(saved: Tensor, backend: Backend): Tensor {
  const { name, synchronous } = saved.backend;
  if (synchronous || saved.backend === backend) return saved.to(backend);
  throw new DTypeError(
    `loadStateDict: the state is on ${name}. Use await optimizer.loadStateDictAsync(state).`,
  );
}

/** The state with `f` of each of its tensors. */
function mapTensors<S extends SavedState>(state: S, f: (t: Tensor) => Tensor): S {
  const mapped = Object.entries(state).map(([key, value]) => [
    key,
    value instanceof Tensor ? f(value) : value,
  ]);
  // Every key has a value of its kind again.
  return Object.fromEntries(mapped) as S;
}

// The options of each group in a line.
showAs(Optimizer, ({ constructor: { name }, paramGroups }) => {
  const groups = paramGroups.map(({ params, ...options }) => {
    const texts = Object.entries(options).map(([option, value]) => `${option}=${String(value)}`);
    return [`${params.length} parameters`, ...texts].join(', ');
  });
  return `${name}(${groups.join('\n  ')})`;
});

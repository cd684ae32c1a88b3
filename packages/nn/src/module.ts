import {
  DTypeError,
  guard,
  showAs,
  shown,
  noGrad,
  scope,
  optionsOf,
  type Backend,
  type Tensor,
} from '@kasane/tensor-core';
import { Buffer, Parameter } from './parameter.ts';
import {
  loadState,
  loadStateAsync,
  type LoadOptions,
  type LoadReport,
  type StateDict,
} from './state-dict.ts';

/** A module that turns one tensor into one tensor: what `Sequential` is made of. */
export type Layer = Module & {
  /** Computes the output. */
  forward(input: Tensor): Tensor;
};

/**
 * The base class of layers and models: a class with plain fields.
 *
 * Parameters, buffers and submodules are the own fields that hold a `Parameter`, a `Buffer` or a
 * `Module`, or plain arrays, records and Maps of them; nothing is registered. What is in a private
 * `#field` cannot be seen from here, nor what is in an object of another class: it is not trained,
 * saved or moved. An optimizer that gets no parameter at all says so; `numParameters` tells.
 *
 * Names are those of PyTorch's state dicts: the path of fields, joined by dots, with camelCase turned
 * into snake_case (`runningMean` is `running_mean`, `weightIhL0` is `weight_ih_l0`); positions in arrays
 * and keys of records and Maps follow as they are (`layers.0`, `heads.leftHand`).
 *
 * Unlike `torch.nn.Module`, a module is not callable: call `forward`.
 *
 * @example
 * import { Linear, Module } from '@kasane/nn';
 * import { zeros, type Tensor } from '@kasane/tensor-core';
 * class Net extends Module {
 *   readonly hiddenLayer = new Linear(4, 8);
 *   readonly output = new Linear(8, 3, { bias: false });
 *   forward(x: Tensor): Tensor {
 *     return this.output.forward(this.hiddenLayer.forward(x).relu());
 *   }
 * }
 * const net = new Net();
 * net.forward(zeros([2, 4])).shape; // => [2,3]
 * net.namedParameters().map(([name]) => name); // => ["hidden_layer.weight","hidden_layer.bias","output.weight"]
 */
export abstract class Module {
  #training = true;

  /** True while the module learns; `Dropout` and batch normalisation behave differently then. */
  get training(): boolean {
    return guard(() => this.#training);
  }

  set training(training: boolean) {
    this.#training = training;
  }

  /** Computes the output. Every module says with its own parameters what it takes and gives. */
  abstract forward(...inputs: never[]): unknown;

  // ——— What the module holds ———

  /** Own fields under their state-dict names, in the order they were written. Lists override it. */
  fields(): Iterable<readonly [string, unknown]> {
    return Object.entries(this).map(([field, value]) => [snakeCase(field), value] as const);
  }

  /** The direct submodules with their names. */
  namedChildren(): [string, Module][] {
    return ownParts(this).filter((part): part is [string, Module] => part[1] instanceof Module);
  }

  /** The direct submodules. */
  children(): Module[] {
    return this.namedChildren().map(([, child]) => child);
  }

  /** This module (named `''`) and all below it, each once, parents first. */
  namedModules(): [string, Module][] {
    return distinct(walk(this));
  }

  /** This module and all below it, each once, parents first. */
  modules(): Module[] {
    return this.namedModules().map(([, module]) => module);
  }

  /** All parameters with their names, each once. */
  namedParameters(): [string, Parameter][] {
    return distinct(parts(this, Parameter));
  }

  /** All parameters, each once: what an optimizer takes. */
  parameters(): Parameter[] {
    return this.namedParameters().map(([, parameter]) => parameter);
  }

  /**
   * How many numbers all parameters hold, frozen ones included, shared ones once.
   *
   * @example
   * import { Linear } from '@kasane/nn';
   * new Linear(784, 10).numParameters(); // => 7850
   */
  numParameters(): number {
    return this.parameters().reduce((sum, { size }) => sum + size, 0);
  }

  /** All buffers with their names, each once. */
  namedBuffers(): [string, Buffer][] {
    return distinct(parts(this, Buffer));
  }

  /** All buffers, each once. */
  buffers(): Buffer[] {
    return this.namedBuffers().map(([, buffer]) => buffer);
  }

  // ——— State ———

  /**
   * The values of all parameters and persistent buffers by name, as PyTorch names them. A snapshot:
   * unlike PyTorch's, later training does not change it. Shared tensors appear under every name.
   *
   * @example
   * import { Linear } from '@kasane/nn';
   * Object.keys(new Linear(2, 3).stateDict()); // => ["weight","bias"]
   */
  stateDict(): StateDict {
    return Object.fromEntries(stateOf(this).map(([name, part]) => [name, part.detach()]));
  }

  /**
   * Takes over the values of a state dict, cast to each parameter's dtype and moved to its backend.
   * With `strict: false`, keys that are missing or unexpected are only reported.
   *
   * Throws CheckpointError that lists all missing, unexpected and mis-shaped keys at once; nothing is
   * changed then. Values that come from a device that answers later need `loadStateDictAsync`.
   *
   * @example
   * import { Linear } from '@kasane/nn';
   * import { tensor } from '@kasane/tensor-core';
   * const layer = new Linear(2, 1);
   * layer.loadStateDict({ weight: tensor([[1, 2]]), bias: tensor([3]) });
   * layer.forward(tensor([10, 100])).toArray(); // => [213]
   */
  loadStateDict(state: StateDict, options: LoadOptions = {}): LoadReport {
    const checked = optionsOf('loadStateDict', options, ['strict']);
    return loadState(this.constructor.name, stateOf(this), state, checked);
  }

  /**
   * The same as `loadStateDict`, also with values that come from a device that answers later, as they were when
   * this was called.
   *
   * @example
   * import { Linear } from '@kasane/nn';
   * import { gpu } from '@kasane/tensor-core/gpu';
   * const trained = new Linear(2, 1).to(gpu());
   * await new Linear(2, 1).loadStateDictAsync(trained.stateDict()); // on wasm()
   */
  async loadStateDictAsync(state: StateDict, options: LoadOptions = {}): Promise<LoadReport> {
    const checked = optionsOf('loadStateDictAsync', options, ['strict']);
    return loadStateAsync(this.constructor.name, stateOf(this), state, checked);
  }

  /**
   * Moves all parameters, their gradients and the buffers to a backend, in place. Throws where they are on a
   * device that answers later: await `toAsync`.
   */
  to(backend: Backend): this {
    for (const part of this.#elsewhere(backend)) {
      const { name, synchronous } = part.backend;
      if (!synchronous) {
        throw new DTypeError(`to: the model is on ${name}. Use await model.toAsync(backend).`);
      }
      const grad = part.peekGrad();
      noGrad(() =>
        scope(() => {
          part.assign(part.to(backend));
          if (grad !== null) part.putGrad(grad.to(backend));
        }),
      );
    }
    return this;
  }

  /**
   * The same as `to`, from any backend: the values may come from a device that answers later. If one cannot be
   * read, nothing is moved.
   *
   * @example
   * import { Linear } from '@kasane/nn';
   * import { wasm } from '@kasane/tensor-core';
   * import { gpu } from '@kasane/tensor-core/gpu';
   * const model = new Linear(2, 1).to(gpu());
   * (await model.toAsync(wasm())).parameters().map((p) => p.backend.name); // => ["wasm","wasm"]
   */
  async toAsync(backend: Backend): Promise<this> {
    const moved = await Promise.all(
      this.#elsewhere(backend).map(async (part) => {
        const grad = part.peekGrad();
        const both = [part.detach(), ...(grad === null ? [] : [grad.detach()])];
        const [value, gradient] = await Promise.all(both.map((one) => one.toAsync(backend)));
        for (const one of both) one.dispose();
        return { part, value: value!, gradient }; // the first of both is there
      }),
    );
    for (const { part, value, gradient } of moved) {
      part.assign(value);
      value.dispose();
      if (gradient !== undefined) part.putGrad(gradient);
    }
    return this;
  }

  #elsewhere(backend: Backend): (Parameter | Buffer)[] {
    return [...this.parameters(), ...this.buffers()].filter((part) => part.backend !== backend);
  }

  // ——— Modes ———

  /** Switches this module and all below it to training, or to evaluation with `false`. */
  train(training: boolean = true): this {
    for (const module of this.modules()) module.training = training;
    return this;
  }

  /** Switches this module and all below it to evaluation. */
  eval(): this {
    return this.train(false);
  }

  /** Stops learning: no parameter requires gradients any more. */
  freeze(): this {
    return this.#learn(false);
  }

  /** Lets all parameters learn again. */
  unfreeze(): this {
    return this.#learn(true);
  }

  #learn(requiresGrad: boolean): this {
    for (const parameter of this.parameters()) parameter.requiresGrad = requiresGrad;
    return this;
  }

  /** Forgets all gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters()) parameter.grad = null;
  }

  // ——— Description ———

  /**
   * What `toString` shows between the parentheses: the fields that hold no objects, such as `inFeatures=4`,
   * or `bias=null` where there is none.
   */
  extraRepr(): string {
    return plain(this);
  }

  /**
   * The multiply-adds of one forward call, without those of submodules: what `summary` counts.
   * Default 0: elementwise work is not counted.
   */
  multiplyAdds(_inputs: readonly Tensor[], _outputs: readonly Tensor[]): number {
    return 0;
  }

  /** The tree of modules, as PyTorch prints it. */
  toString(): string {
    const lines = this.namedChildren().map(
      ([name, child]) => `(${name}): ${String(child).replaceAll('\n', '\n  ')}`,
    );
    const extra = this.extraRepr();
    if (lines.length === 0) return `${this.constructor.name}(${extra})`;
    if (extra !== '') lines.unshift(extra);
    return `${this.constructor.name}(\n  ${lines.join('\n  ')}\n)`;
  }
}

showAs(Module, String);

/** Throws TypeError for what is no module. @internal */
export function requireModule(owner: string, model: unknown): void {
  if (model instanceof Module) return;
  throw new TypeError(`${owner}: the model must be a module, got ${shown(model)}.`);
}

/** Every way from `module` down to a module; shared ones appear once per way. */
function* walk(
  module: Module,
  path: string = '',
  above: readonly Module[] = [],
): Generator<[string, Module], void> {
  if (above.includes(module)) {
    throw new TypeError(
      `Module: ${module.constructor.name} contains itself at ${path}. Keep parents out of the fields.`,
    );
  }
  yield [path, module];
  for (const [name, child] of module.namedChildren()) {
    yield* walk(child, join(path, name), [...above, module]);
  }
}

/** Every tensor of these kinds below `module`, module by module; shared ones appear once per name. */
function* parts<T extends Parameter | Buffer>(
  module: Module,
  ...kinds: readonly (new (...args: never[]) => T)[]
): Generator<[string, T], void> {
  for (const [path, owner] of walk(module)) {
    const own = ownParts(owner);
    for (const kind of kinds) {
      for (const [name, value] of own) {
        if (value instanceof kind) yield [join(path, name), value];
      }
    }
  }
}

/** Parameters and persistent buffers in PyTorch's order: module by module, parameters first. */
function stateOf(module: Module): [string, Parameter | Buffer][] {
  const all = parts<Parameter | Buffer>(module, Parameter, Buffer);
  return [...all].filter(([, part]) => part instanceof Parameter || part.persistent);
}

/** The pairs whose value did not come before. */
function distinct<T>(pairs: Iterable<[string, T]>): [string, T][] {
  const seen = new Set<T>();
  return [...pairs].filter(([, value]) => !seen.has(value) && seen.add(value));
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

// Modules are walked in every training step; a field's name is converted once.
const snakeNames = new Map<string, string>();

function snakeCase(field: string): string {
  let name = snakeNames.get(field);
  if (name === undefined) {
    name = field.replace(/([a-z0-9])([A-Z]+)/g, (_, before: string, capitals: string) => {
      return `${before}_${capitals.toLowerCase()}`;
    });
    snakeNames.set(field, name);
  }
  return name;
}

type Part = Module | Parameter | Buffer;

/** What the fields of a module hold, through plain arrays, records and Maps. @internal */
export function ownParts(module: Module): [string, Part][] {
  const found: [string, Part][] = [];
  const above: object[] = []; // a record may hold itself
  const look = (name: string, value: unknown): void => {
    if (value instanceof Module || value instanceof Parameter || value instanceof Buffer) {
      found.push([name, value]);
    } else if (isPlain(value) && !above.includes(value)) {
      above.push(value);
      for (const [key, item] of entriesOf(value)) {
        if (Object(item) === item) look(`${name}.${String(key)}`, item);
      }
      above.pop();
    }
  };
  for (const [name, value] of module.fields()) look(name, value);
  return found;
}

function entriesOf(plain: object): Iterable<[unknown, unknown]> {
  return Array.isArray(plain) || plain instanceof Map ? plain.entries() : Object.entries(plain);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const kind: unknown = Object.getPrototypeOf(value);
  return [Object.prototype, Array.prototype, Map.prototype, null].includes(kind as object | null);
}

/** The values of an object that are no objects themselves, as text. */
function plain(object: object): string {
  return Object.entries(object)
    .filter(([, value]) => Object(value) !== value)
    .map(([name, value]) => `${name}=${value}`)
    .join(', ');
}

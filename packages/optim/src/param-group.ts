import {
  DataError,
  DTypeError,
  shown,
  formatShape,
  isFloatingPoint,
  ScopeError,
  Tensor,
} from '@kasane/tensor-core';

/** Options that every optimizer has. */
export interface OptimizerOptions {
  /** Learning rate. Default 0.001. */
  lr: number;
  /** Factor of the weight decay. Default 0. */
  weightDecay: number;
  /** Climb instead of descend. Default false. */
  maximize: boolean;
}

/** Every option of an optimizer; those that all have may be left out. */
export type OptimizerDefaults<O extends OptimizerOptions> = Omit<O, keyof OptimizerOptions> &
  Partial<Pick<O, keyof OptimizerOptions>>;

/** Parameters with options of their own; what is not given is the optimizer's. */
export type ParamGroup<O extends OptimizerOptions> = Partial<O> & {
  readonly params: Iterable<Tensor>;
};

/** A group inside an optimizer: its parameters and all of its options, which may be changed. */
export type OptimizerGroup<O extends OptimizerOptions> = O & {
  readonly params: readonly Tensor[];
  /** The learning rate before any scheduler; set by the first scheduler. */
  initialLr?: number;
};

/** What optimizers take: parameters, or groups of them. */
export type OptimizerParams<O extends OptimizerOptions> =
  | Iterable<Tensor>
  | Iterable<ParamGroup<O>>;

/** The groups in `params`: a plain list of tensors is one group. */
export function groupsOf<O extends OptimizerOptions>(
  owner: string,
  params: OptimizerParams<O>,
): readonly ParamGroup<O>[] {
  const items = listOf<Tensor | ParamGroup<O>>(owner, params);
  if (items.length === 0) {
    throw new DataError(
      `${owner}: got no parameters. An iterator works only once, and modules do not find what is in #private fields.`,
    );
  }
  const groups = items.filter((item): item is ParamGroup<O> => 'params' in Object(item));
  if (groups.length === items.length) return groups;
  if (groups.length > 0) {
    throw new DataError(
      `${owner}: got ${groups.length} groups among ${items.length} items. Pass tensors or groups, not both.`,
    );
  }
  // None is a group; and every option may be left out, which Partial of a type parameter does not show.
  return [{ params: items } as unknown as ParamGroup<O>];
}

/** What there is in an iterable. */
export function listOf<T>(owner: string, items: Iterable<T>): T[] {
  if (Object(items) === items && Symbol.iterator in items) return [...items];
  throw new DataError(
    `${owner}: needs an iterable of parameters or groups, got ${shown(items)}. Pass model.parameters().`,
  );
}

/** Throws unless `parameter` is a tensor that an optimizer can update, and not in `others`. */
export function checkParameter(
  owner: string,
  parameter: Tensor,
  others: ReadonlySet<Tensor>,
): void {
  if (!(parameter instanceof Tensor)) {
    throw new DataError(
      `${owner}: parameters must be tensors, got ${shown(parameter)}. Pass model.parameters().`,
    );
  }
  const what = `a ${parameter.dtype} ${formatShape(parameter.shape)} tensor`;
  if (!isFloatingPoint(parameter.dtype)) {
    throw new DTypeError(
      `${owner}: parameters must be float32 or float64, got ${what}. Cast it, or leave it out.`,
    );
  }
  if (!parameter.isLeaf) {
    throw new ScopeError(
      `${owner}: parameters must be leaves, got ${what}, the result of ${parameter.provenance!.op.name}. Pass its inputs or detach().`,
    );
  }
  if (others.has(parameter)) {
    throw new DataError(`${owner}: ${what} is given twice. Pass it once.`);
  }
}

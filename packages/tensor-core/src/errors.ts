/** Thrown when the shapes, dimensions or indices given to an op do not fit its rule. */
export class ShapeError extends Error {
  override readonly name = 'ShapeError';
}

/** Thrown when an op does not accept the dtype of an input. */
export class DTypeError extends Error {
  override readonly name = 'DTypeError';
}

/** Thrown when a tensor is used after it was freed, or a scope is used where it cannot hold. */
export class ScopeError extends Error {
  override readonly name = 'ScopeError';
}

/** Thrown when a device stopped answering; the values on it are gone. */
export class DeviceLostError extends Error {
  override readonly name = 'DeviceLostError';
}

/** Thrown when data handed to a reader or a constructor is not what its format promises. */
export class DataError extends Error {
  override readonly name = 'DataError';
}

/** Thrown when a saved state does not fit the object it is loaded into. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** Names that no case calls, and why. */
import type { Table } from './rows.ts';

/** All for one reason. */
const because = (reason: string, names: string): Table =>
  Object.fromEntries(names.split(' ').map((name) => [name, reason]));

/** What is no op. */
export const otherRows: Table = {
  ...because(
    'a class that others extend, or that holds others',
    'Module Parameter Buffer ModuleList ModuleDict ParameterList ParameterDict Sequential BatchNorm SparseGradient Tensor',
  ),
  ...because(
    'an error',
    'ShapeError DTypeError ScopeError DataError CheckpointError GradcheckError AnomalyError',
  ),
  ...because(
    'differentiates: every case with gradients goes through gradients, the others call it',
    'backward backwardAsync gradients grad valueAndGrad vjp jvp hessian jacobian checkpoint customVjp gradcheck gradgradcheck detectAnomaly detectAnomalyAsync',
  ),
  ...because('sets how programs run', 'enableGrad isGradEnabled noGrad scope keep watchOps'),
  ...because('is about backends', 'backendReport onFallback defaultBackend setDefaultBackend'),
  ...because(
    'is about backends',
    'withBackend refusePromise reference wasm setMemoryBudget memory showAs',
  ),
  ...because('is what compile asks', 'dynamicAttrs guard guardedOptions replay'),
  ...because(
    'a helper without tensors',
    'checkIndex checkIndexDType valuesToCheck requireShape requireThat requireWhole formatShape',
  ),
  ...because(
    'a helper without tensors',
    'sameShape sizeOf isFloatingPoint promoteTypes optionsOf shown nearest initOptions layerOptions',
  ),
  ...because(
    'checks what it is given, or says what is shown',
    'isTensor requireFunction requireTensor requireTensors',
  ),
  ...because(
    'another name of what has a row, or of a field',
    'Tensor.view Tensor.T Tensor.eq Tensor.ne Tensor.lt Tensor.le Tensor.gt Tensor.ge Tensor.float Tensor.double Tensor.int Tensor.bool Tensor.clone Tensor.numel Tensor.dim Tensor.tolist',
  ),
  ...because('is scaledDotProductAttention with its weights', 'attend'),
  ...because('seeds random tensors', 'Generator defaultGenerator manualSeed'),
  ...because('is about models as a whole', 'summary skipInit newParameter'),
};

/**
 * What writes and reads files, for Node: checkpoints, and the callbacks that keep them, CSV logs and TensorBoard's event files.
 *
 * @packageDocumentation
 */
export { loadCheckpoint, saveCheckpoint } from './node/checkpoint-files.ts';
export { ModelCheckpoint, type ModelCheckpointOptions } from './node/model-checkpoint.ts';
export { CSVLogger } from './node/csv-logger.ts';
export { TensorBoard, type TensorBoardOptions } from './node/tensor-board.ts';

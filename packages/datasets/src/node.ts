/**
 * Readers of files, for Node: downloads with checksums, MNIST, CIFAR-10, CSV, pictures and texts.
 *
 * @packageDocumentation
 */
export { fetchFile, type FetchOptions } from './node/fetch-file.ts';
export { readMnist, type ReadMnistOptions } from './node/read-mnist.ts';
export { readCifar10, type ReadCifar10Options } from './node/read-cifar10.ts';
export { readCsv } from './node/read-csv.ts';
export { ImageFolder, type ImageFolderOptions } from './node/image-folder.ts';
export { ParallelText, TextLines } from './node/text-files.ts';
export { decodeWorkers } from './node/decode-workers.ts';

import { PbfWriter } from 'pbf';
import { crc32c } from '../crc32.ts';

/** One entry of an event file: an `Event` of TensorFlow's `event.proto`. */
export interface ScalarEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  /** By their tags. */
  readonly scalars: Readonly<Record<string, number>>;
}

/** Which of TensorBoard's pages shows a tensor, and what it has: texts or bytes, or rows of doubles. */
export interface TensorEvent {
  /** Seconds since 1970. */
  readonly time: number;
  readonly step: number;
  readonly tag: string;
  readonly plugin: 'histograms' | 'images' | 'text';
  readonly shape: readonly number[];
  readonly values: Float64Array | readonly (string | Uint8Array)[];
}

/** The record that every event file begins with. */
export function versionRecord(time: number): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, time); // wall_time
  pbf.writeStringField(3, 'brain.Event:2'); // file_version
  return record(pbf.finish());
}

/** The record of numbers at a step. */
export function scalarRecord({ time, step, scalars }: ScalarEvent): Uint8Array {
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, time); // wall_time
  if (step !== 0) pbf.writeVarintField(2, step); // as all writers leave out zeros
  pbf.writeMessage(5, writeSummary, scalars); // summary
  return record(pbf.finish());
}

/** The record of a histogram, images or a text at a step, as TensorFlow 2 writes them. */
export function tensorRecord(event: TensorEvent): Uint8Array {
  const { time, step } = event;
  const pbf = new PbfWriter();
  pbf.writeDoubleField(1, time); // wall_time
  if (step !== 0) pbf.writeVarintField(2, step);
  pbf.writeMessage(5, (_, summary) => summary.writeMessage(1, writeTensorValue, event), null); // summary
  return record(pbf.finish());
}

function writeTensorValue({ tag, plugin, shape, values }: TensorEvent, pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeMessage(8, writeTensor, { shape, values });
  pbf.writeMessage(
    9, // metadata, plugin_data, plugin_name
    (_, metadata) => {
      metadata.writeMessage(1, (name, data) => data.writeStringField(1, name), plugin);
    },
    null,
  );
}

const DT_DOUBLE = 2;
const DT_STRING = 7;

function writeTensor(
  { shape, values }: Pick<TensorEvent, 'shape' | 'values'>,
  pbf: PbfWriter,
): void {
  const isDouble = values instanceof Float64Array;
  pbf.writeVarintField(1, isDouble ? DT_DOUBLE : DT_STRING);
  pbf.writeMessage(2, writeShape, shape);
  // Doubles lie there as they do here, little-endian.
  if (isDouble) pbf.writeBytesField(4, new Uint8Array(values.buffer)); // tensor_content
  else {
    for (const value of values) {
      // string_val
      if (typeof value === 'string') pbf.writeStringField(8, value);
      else pbf.writeBytesField(8, value);
    }
  }
}

function writeShape(shape: readonly number[], pbf: PbfWriter): void {
  for (const size of shape) {
    pbf.writeMessage(2, (_, dim) => dim.writeVarintField(1, size), null);
  }
}

function writeSummary(scalars: ScalarEvent['scalars'], pbf: PbfWriter): void {
  for (const value of Object.entries(scalars)) pbf.writeMessage(1, writeValue, value);
}

function writeValue([tag, value]: [string, number], pbf: PbfWriter): void {
  pbf.writeStringField(1, tag);
  pbf.writeFloatField(2, value); // simple_value
}

/** A TFRecord: length as uint64, its checksum, the data, its checksum; all little-endian. */
function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(8 + 4 + data.length + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length, true); // the upper half stays 0
  view.setUint32(8, masked(bytes.subarray(0, 8)), true);
  bytes.set(data, 12);
  view.setUint32(12 + data.length, masked(data), true);
  return bytes;
}

/** A checksum of bytes that hold checksums is no good one: hence turned by 15 bits, and a number added. */
function masked(bytes: Uint8Array): number {
  const sum = crc32c(bytes);
  return (((sum >>> 15) | (sum << 17)) + 0xa282ead8) >>> 0;
}

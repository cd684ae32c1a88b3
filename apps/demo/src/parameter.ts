import { closestMatch } from 'leven';
import { UsageError } from './usage-error.ts';

/** What every parameter says about itself. */
interface Described {
  description: string;
  unit?: string;
  /** It shapes the data that the exercise has by default, and says nothing of other data. */
  ofDefaultData?: true;
}

/** A whole number of something: steps, hidden units, epochs. */
export interface IntegerParameter extends Described {
  type: 'integer';
  default: number;
  /** The value of the quick preset, where it differs. */
  quick?: number;
  min: number;
  max: number;
}

/** A real number: a learning rate, a noise level. */
export interface NumberParameter extends Described {
  type: 'number';
  default: number;
  quick?: number;
  min: number;
  max: number;
}

/** One name out of a few. */
export interface ChoiceParameter extends Described {
  type: 'choice';
  options: readonly string[];
  default: string;
  quick?: string;
}

/** A switch. */
export interface BooleanParameter extends Described {
  type: 'boolean';
  default: boolean;
  quick?: boolean;
}

/** Words, such as a sentence or a shape. */
export interface TextParameter extends Described {
  type: 'text';
  default: string;
  quick?: string;
  /** Characters at most. */
  maxLength: number;
}

/** A drawing in grey: where a page has a canvas, the command line takes a PNG or JPEG file. */
export interface PictureParameter extends Described {
  type: 'picture';
  width: number;
  height: number;
  /** Row by row from the top, from 0, black, to 255. */
  default: readonly number[];
  quick?: readonly number[];
}

export type Parameter =
  | IntegerParameter
  | NumberParameter
  | ChoiceParameter
  | BooleanParameter
  | TextParameter
  | PictureParameter;
export type Parameters = Readonly<Record<string, Parameter>>;
export type Value = number | string | boolean | readonly number[];

type ValueOf<P extends Parameter> = P extends {
  type: 'choice';
  options: readonly (infer Option)[];
}
  ? Option
  : P extends { type: 'boolean' }
    ? boolean
    : P extends { type: 'text' }
      ? string
      : P extends { type: 'picture' }
        ? readonly number[]
        : number;

/** The values a declaration stands for: `{ steps: number; activation: 'relu' | 'tanh' }`. */
export type Values<P extends Parameters> = { readonly [K in keyof P]: ValueOf<P[K]> };

const plain = new Intl.NumberFormat('en', { maximumSignificantDigits: 15 });
const range = (value: number): string => plain.format(value);

/** The rule a value must keep, as it reads after the parameter's name. */
export function ruleOf(parameter: Parameter): string {
  switch (parameter.type) {
    case 'integer':
      return `an integer from ${range(parameter.min)} to ${range(parameter.max)}`;
    case 'number':
      return `a number from ${range(parameter.min)} to ${range(parameter.max)}`;
    case 'choice':
      return `one of ${parameter.options.join(', ')}`;
    case 'boolean':
      return 'true or false';
    case 'text':
      return `text of at most ${range(parameter.maxLength)} characters`;
    case 'picture':
      return `a picture of ${parameter.width} × ${parameter.height}`;
  }
}

/** Refuses a parameter that shapes the default data where other data is given. */
export const saysNothing = (name: string): string =>
  `${name} shapes the data that the exercise has by default, and says nothing of other data; leave it out.`;

/** Whether a value keeps its parameter's rule. */
export function accepts(parameter: Parameter, value: unknown): value is Value {
  switch (parameter.type) {
    case 'integer':
    case 'number':
      return (
        typeof value === 'number' &&
        value >= parameter.min &&
        value <= parameter.max &&
        (parameter.type === 'number' || Number.isInteger(value))
      );
    case 'choice':
      return typeof value === 'string' && parameter.options.includes(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'text':
      return typeof value === 'string' && value.length <= parameter.maxLength;
    case 'picture':
      return (
        Array.isArray(value) &&
        value.length === parameter.width * parameter.height &&
        value.every((grey) => typeof grey === 'number' && grey >= 0 && grey <= 255)
      );
  }
}

/** The valid value nearest to a refused text, or nothing where the text is no number. */
function nearestValue(parameter: Parameter, text: string, value: unknown): string | undefined {
  if (parameter.type === 'choice') return closestMatch(text, parameter.options);
  if (parameter.type === 'boolean') return closestMatch(text, ['true', 'false']);
  if (parameter.type !== 'integer' && parameter.type !== 'number') return undefined;
  if (typeof value !== 'number' || Number.isNaN(value)) return undefined;
  const inRange = Math.min(Math.max(value, parameter.min), parameter.max);
  return range(parameter.type === 'integer' ? Math.round(inRange) : inRange);
}

/**
 * Reads a parameter's value from the text given for it.
 *
 * @param where what asks, for the head of the message: `demo run iris: --epochs`
 * @throws UsageError with the rule, the text, and the nearest valid value
 */
export function parseValue(where: string, parameter: Parameter, text: string): Value {
  const value = readText(parameter, text);
  if (accepts(parameter, value)) return value;
  const nearest = nearestValue(parameter, text, value);
  throw new UsageError(
    `${where} must be ${ruleOf(parameter)}, got '${text}'` +
      (nearest === undefined
        ? `; its default is ${parameter.default}.`
        : `; the nearest valid value is ${nearest}.`),
  );
}

function readText(parameter: Parameter, text: string): unknown {
  if (parameter.type === 'choice' || parameter.type === 'text') return text;
  if (parameter.type === 'picture') return undefined; // a file, which only the command line can read
  if (parameter.type === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  // Number('') is 0, which nobody means by an empty argument.
  return text.trim() === '' ? Number.NaN : Number(text);
}

import { accepts, type Parameter, ruleOf, type Value } from '../../parameter.ts';
import { formatNumber } from '../../number-format.ts';
import { told, toldIn } from '../language/language.ts';
import { POSITIONS, positionOf, valueAt } from './scale.ts';
import { DrawingPad } from './drawing-pad.tsx';

interface Given {
  readonly name: string;
  readonly parameter: Parameter;
  readonly value: Value;
  readonly changed: boolean;
  readonly change: (value: Value) => void;
}

/** One parameter under its description, as its declaration says what it can be. */
export function ParameterControl({ name, parameter, value, changed, change }: Given) {
  const label = (
    <span lang={toldIn(parameter.description)} title={`${name}: ${ruleOf(parameter)}`}>
      {told(parameter.description)}
      {parameter.unit !== undefined && ` (${parameter.unit})`}
    </span>
  );
  const className = `param ${changed ? 'changed' : ''}`;
  if (parameter.type === 'picture') {
    return (
      <div class={className}>
        {label}
        <DrawingPad parameter={parameter} value={value as readonly number[]} change={change} />
      </div>
    );
  }
  if (parameter.type === 'boolean') {
    return (
      <label class={className}>
        {label}
        <span class="value">
          <input
            type="checkbox"
            checked={value === true}
            onChange={({ currentTarget }) => change(currentTarget.checked)}
          />
        </span>
      </label>
    );
  }
  if (parameter.type === 'choice') {
    return (
      <label class={className}>
        {label}
        <select value={String(value)} onChange={({ currentTarget }) => change(currentTarget.value)}>
          {parameter.options.map((option) => (
            <option key={option} value={option}>
              {option}
            </option>
          ))}
        </select>
      </label>
    );
  }
  if (parameter.type === 'text') {
    return (
      <label class={className}>
        {label}
        <input
          type="text"
          maxLength={parameter.maxLength}
          value={String(value)}
          onChange={({ currentTarget }) => change(currentTarget.value)}
        />
      </label>
    );
  }
  const number = Number(value);
  return (
    <div class={className} role="group" aria-label={told(parameter.description)}>
      {label}
      <span class="value">
        <input
          type="number"
          aria-label={told(parameter.description)}
          min={parameter.min}
          max={parameter.max}
          step={parameter.type === 'integer' ? 1 : 'any'}
          value={number}
          onChange={({ currentTarget }) => {
            const typed = currentTarget.valueAsNumber;
            if (accepts(parameter, typed)) change(typed);
            else currentTarget.value = String(number);
          }}
        />
        <input
          type="range"
          aria-label={told(parameter.description)}
          aria-valuetext={formatNumber(number)}
          min="0"
          max={POSITIONS}
          value={positionOf(parameter, number)}
          onInput={({ currentTarget }) => change(valueAt(parameter, currentTarget.valueAsNumber))}
        />
      </span>
    </div>
  );
}

/** What can be asked of networks that tell generated shapes apart: a new one. */
import { makeShapes, shapeClasses } from '@kasane/datasets';
import { Generator } from '@kasane/tensor-core';
import type { Try } from '../exercise.ts';
import type { ChoiceParameter, IntegerParameter, Parameters } from '../parameter.ts';
import { tileOf } from '../pictures/canvas.ts';
import { gallery } from '../pictures/gallery.ts';
import { probabilities } from './probabilities.ts';
import type { Networks } from './probabilities.ts';

/** The shapes that are asked about, default all ten, and the height and width of their pictures, default 32. */
export interface Shapes {
  readonly classes?: readonly string[];
  readonly size?: number;
}

interface Asked extends Parameters {
  readonly shape: ChoiceParameter;
  readonly drawing: IntegerParameter;
}

/** Draws a new shape and asks every network what it is. */
export const shapeTry = ({ classes = shapeClasses, size = 32 }: Shapes = {}): Try<
  Asked,
  Networks
> => ({
  title: { en: 'Which shape is it?', ja: 'どの図形？' },
  parameters: {
    shape: { type: 'choice', options: classes, default: classes.at(-1)!, description: 'what is drawn' },
    drawing: { type: 'integer', default: 1, min: 0, max: 1e6, description: 'another one for every number' },
  }, // prettier-ignore
  async *run(networks, { shape, drawing }) {
    const drawn = makeShapes(shapeClasses.length, { size, generator: new Generator(drawing) });
    const place = shapeClasses.indexOf(shape); // the classes take turns
    yield gallery('drawn', [tileOf(drawn.image(place))], { columns: 1, zoom: 3 });
    const values = yield* probabilities(networks, () => drawn.getBatch([place])[0], classes);
    yield {
      type: 'table',
      name: `what the ${shape} is taken for`,
      columns: ['network', 'answer', 'probability'],
      rows: Object.keys(networks).map((name, i) => {
        const probability = Math.max(...values[i]!);
        return [name, classes[values[i]!.indexOf(probability)]!, probability];
      }),
    };
  },
});

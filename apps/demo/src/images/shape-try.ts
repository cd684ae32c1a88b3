/** What can be asked of networks that tell generated shapes apart: a new one. */
import { makeShapes, shapeClasses } from '@kasane/datasets';
import { Generator, noGrad, scope, stack } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { Try } from '../exercise.ts';
import type { ChoiceParameter, IntegerParameter, Parameters } from '../parameter.ts';
import { tileOf } from '../pictures/canvas.ts';
import { gallery } from '../pictures/gallery.ts';

/** Networks by their names, each as what makes scores (1, classes) of a picture (1, 3, size, size). */
export type Networks = Readonly<Record<string, (x: Tensor) => Tensor>>;

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
    const names = Object.keys(networks);
    const drawn = makeShapes(shapeClasses.length, { size, generator: new Generator(drawing) });
    const place = shapeClasses.indexOf(shape); // the classes take turns
    yield gallery('drawn', [tileOf(drawn.image(place))], { columns: 1, zoom: 3 });
    const given = scope(() => {
      const [x] = drawn.getBatch([place]);
      return stack(
        names.map((name) =>
          noGrad(() => networks[name]!(x))
            .softmax(1)
            .squeeze(0),
        ),
      );
    }); // (networks, classes)
    const all = [...(await given.data())];
    given.dispose();
    const values = names.map((_, i) => all.slice(i * classes.length, (i + 1) * classes.length));
    yield {
      type: 'heatmap',
      name: 'probabilities',
      rows: names,
      columns: classes,
      values,
      range: [0, 1],
    };
    yield {
      type: 'table',
      name: `what the ${shape} is taken for`,
      columns: ['network', 'answer', 'probability'],
      rows: names.map((name, i) => {
        const probability = Math.max(...values[i]!);
        return [name, classes[values[i]!.indexOf(probability)]!, probability];
      }),
    };
  },
});

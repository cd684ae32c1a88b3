import { Scroll } from '../scroll.tsx';
import { useSignal } from '@preact/signals';
import { useId, useMemo } from 'preact/hooks';
import { drawingOf, type DrawnFigure } from '../../drawings/figure.ts';
import type { Asked, Figure, TableEvent } from '../../events/event.ts';
import { valuesOf } from '../../events/values.ts';
import { isSame, pointed, pointsAt } from '../exercise/pointed.ts';
import { dictionary, toldIn, words } from '../language/language.ts';
import { saveCsv, savePicture, savePng, saveSvg } from './files.ts';
import { PictureView, shownWidth } from './picture-view.tsx';
import { QuestionView, Score } from './question-view.tsx';
import { TableView } from './table-view.tsx';
import { toldFigure } from './told-figure.ts';
import { useThrottled } from './throttled.ts';
import './figures.css';

/** A figure that is wider than this has a row for itself. */
const HALF = 385; // pixels
const REDRAW = 200; // milliseconds

function Drawn({ figure }: { figure: DrawnFigure }) {
  const { width, height, content } = useMemo(() => drawingOf(figure), [figure]);
  return (
    <Scroll label={figure.name}>
      <svg
        class="drawing"
        role="img"
        aria-label={figure.name}
        viewBox={`0 0 ${Math.ceil(width)} ${Math.ceil(height)}`}
        style={{ width: `${Math.ceil(width)}px` }}
      >
        {content}
      </svg>
    </Scroll>
  );
}

/** Its values as a table, and its files. */
function More({ figure, title }: { figure: Figure; title: string }) {
  const open = useSignal(false);
  const t = words.value;
  return (
    <details class="more" onToggle={({ currentTarget }) => (open.value = currentTarget.open)}>
      <summary>
        {figure.type === 'picture' || figure.type === 'table' ? t.files : t.asTable}
      </summary>
      {open.value && (
        <>
          {figure.type !== 'picture' && figure.type !== 'table' && (
            <TableView {...valuesOf(figure)} label={figure.name} />
          )}
          <p class="bar">
            {figure.type === 'picture' ? (
              <button type="button" onClick={() => savePicture(title, figure)}>
                PNG
              </button>
            ) : (
              <button type="button" onClick={() => saveCsv(title, valuesOf(figure))}>
                CSV
              </button>
            )}
            {figure.type !== 'picture' && figure.type !== 'table' && (
              <>
                <button type="button" onClick={() => saveSvg(title, drawingOf(figure))}>
                  SVG
                </button>
                <button type="button" onClick={() => savePng(title, drawingOf(figure))}>
                  PNG
                </button>
              </>
            )}
          </p>
        </>
      )}
    </details>
  );
}

/** How much room a figure wants. */
function isWide(figure: Figure): boolean {
  if (figure.type === 'table') return figure.columns.length > 3;
  if (figure.type === 'picture') return shownWidth(figure) > HALF;
  return drawingOf(figure).width > HALF;
}

/** A question stands alone: its name is what it asks, its files would tell the answer. */
function Question({ table, asks }: { table: TableEvent; asks: Asked }) {
  return (
    <div class="card wide-figure">
      <QuestionView table={table} asks={asks} />
    </div>
  );
}

function FigureView({ figure: newest, title }: { figure: Figure; title: string }) {
  const id = useId();
  const figure = useThrottled(newest, REDRAW);
  const lit = isSame(pointed.value, figure.name);
  const shown = useMemo(() => toldFigure(figure), [figure, dictionary.value]);
  const wide = useMemo(() => isWide(shown), [shown]);
  return (
    <figure
      class={`card ${wide ? 'wide-figure' : ''} ${lit ? 'pointed' : ''}`}
      aria-labelledby={id}
      {...pointsAt(figure.name)}
    >
      <figcaption>
        <strong id={id} lang={toldIn(figure.name)}>
          {shown.name}
        </strong>
      </figcaption>
      {shown.type === 'table' ? (
        <TableView {...shown} label={shown.name} />
      ) : shown.type === 'picture' ? (
        <PictureView picture={shown} />
      ) : (
        <Drawn figure={shown} />
      )}
      <More figure={shown} title={`${title}: ${figure.name}`} />
    </figure>
  );
}

/** The figures of a run or of an answer, in the order in which they first came. */
export function Figures({ figures, title }: { figures: readonly Figure[]; title: string }) {
  if (figures.length === 0) return null;
  const questions = figures.flatMap((one) =>
    one.type === 'table' && one.asks !== undefined ? [one.asks] : [],
  );
  return (
    <>
      {questions.length > 0 && <Score questions={questions} />}
      <div class="figures">
        {figures.map((figure) =>
          figure.type === 'table' && figure.asks !== undefined ? (
            <Question key={figure.asks.id} table={figure} asks={figure.asks} />
          ) : (
            <FigureView key={`${figure.type} ${figure.name}`} figure={figure} title={title} />
          ),
        )}
      </div>
    </>
  );
}

import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { examples } from 'virtual:examples';
import { formatNumber } from '../../number-format.ts';
import { LiveChart } from '../chart/live-chart.tsx';
import { plain, readDevice, writeDevice } from '../device.ts';
import { DeviceControl } from '../exercise/device-control.tsx';
import type { Report } from '../exercise/session.ts';
import { Figures } from '../figures/figure-view.tsx';
import { linkTo, place, replaceLink } from '../link.ts';
import type { Device } from '../worker/messages.ts';
import { CodeEditor } from './code-editor.tsx';
import { Output } from './output.tsx';
import { NameExamples } from './name-examples.tsx';
import type { Place } from './program-error.ts';
import { packProgram, unpackProgram } from './program-link.ts';
import { ProgramRun, type ProgramStatus } from './program-run.ts';
import { FIRST_PROGRAM } from './first-program.ts';
import { codeWords } from './words.ts';
import '../style/exercise.css';
import './code.css';

/** Milliseconds without a key before the link takes up the program. */
const REST = 400;

/** An empty page to program on: the program lives in the link, and runs in a thread. */
export function Playground() {
  const t = codeWords.value;
  const run = useMemo(() => new ProgramRun(), []);
  useEffect(() => () => run.stop(), [run]);
  const source = useSignal(FIRST_PROGRAM);
  const { broken, version, changed, replace } = useLinked(source);
  const goTo = useRef<((place: Place) => void) | null>(null);
  const problems: string[] = [];
  const device = readDevice(place.value.query, problems);
  const start = (): void => run.start(source.peek(), isPlain(device) ? undefined : device);
  const said = run.said.value;
  const values = useMemo(
    () =>
      new Map(said.flatMap((one) => (one.type === 'value' ? [[one.line, one.text] as const] : []))),
    [said],
  );
  const status = run.status.value;
  return (
    <main class="playground" id="content" tabIndex={-1}>
      <div class="intro">
        <h1>{t.playground}</h1>
        <p class="lead">{t.lead}</p>
      </div>
      <section class="card" aria-label={t.editor}>
        <div class="bar">
          <button type="button" class="go" onClick={start}>
            {t.run}
          </button>
          <button
            type="button"
            onClick={() => run.stop()}
            disabled={status !== 'running' && status !== 'done'}
          >
            {t.stop}
          </button>
          <select
            aria-label={t.examples}
            value=""
            onChange={({ currentTarget }) => {
              const chosen = examples[Number(currentTarget.value)];
              currentTarget.value = '';
              if (chosen !== undefined) replace(chosen.source);
            }}
          >
            <option value="">{t.examples}</option>
            <Examples />
          </select>
          <NameExamples open={replace} />
          <CopyLink />
          <span class="end" role="status">
            {told(status, run.seconds.value)}
          </span>
        </div>
        <div class="params">
          <DeviceControl device={device} change={(to) => replaceLink(linkOf({ device: to }))} />
        </div>
        {problems.map((problem) => (
          <p class="problem" role="alert" key={problem}>
            {problem}
          </p>
        ))}
        {broken && (
          <p class="problem" role="alert">
            {t.brokenLink}
          </p>
        )}
        <CodeEditor
          source={source.value}
          version={version}
          label={t.editor}
          wrong={run.wrong.value}
          values={values}
          onChange={changed}
          onRun={start}
          goTo={goTo}
        />
        <p class="soft help">{t.editorHelp}</p>
      </section>
      <div class="bench">
        <Output said={said} wrong={run.wrong.value} goTo={(to) => goTo.current?.(to)} />
        <Reported report={run.report.value} />
      </div>
    </main>
  );
}

const isPlain = ({ backend, threads }: Device): boolean =>
  backend === plain.backend && threads === plain.threads;

/** The playground's link with another program, or on another device. */
function linkOf({ code, device }: { readonly code?: string; readonly device?: Device }): string {
  const { query } = place.peek();
  return linkTo('playground', '', {
    code: code ?? query.get('code') ?? undefined,
    ...writeDevice(device ?? readDevice(query, [])),
    lang: query.get('lang') ?? undefined,
  });
}

function told(status: ProgramStatus, seconds: number): string {
  const { status: words } = codeWords.value;
  return status === 'done'
    ? words.done(formatNumber(Number(seconds.toPrecision(3))))
    : words[status];
}

interface Linked {
  readonly broken: boolean;
  /** Counts the programs that came from somewhere else than the editor. */
  readonly version: number;
  readonly changed: (to: string) => void;
  readonly replace: (by: string) => void;
}

/** The program of the link, which follows what is written, and the other way round. */
function useLinked(source: { value: string }): Linked {
  const broken = useSignal(false);
  const version = useSignal(0);
  const last = useRef<string | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const code = place.value.query.get('code');
  useEffect(() => {
    if (code === null || code === last.current) return;
    last.current = code;
    void unpackProgram(code).then((unpacked) => {
      broken.value = unpacked === null;
      if (unpacked === null) return;
      source.value = unpacked;
      version.value++;
    });
  }, [code]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const changed = (to: string): void => {
    if (to === source.value) return;
    source.value = to;
    broken.value = false;
    clearTimeout(timer.current);
    timer.current = setTimeout(async () => {
      const packed = await packProgram(to);
      if (place.value.page !== 'playground' || source.value !== to) return;
      last.current = packed;
      replaceLink(linkOf({ code: packed }));
    }, REST);
  };
  const replace = (by: string): void => {
    changed(by);
    version.value++;
  };
  return { broken: broken.value, version: version.value, changed, replace };
}

/** The examples of the documentation, by where they stand. */
function Examples() {
  const groups = [...new Set(examples.map(({ from }) => from))];
  return (
    <>
      {groups.map((group) => (
        <optgroup key={group} label={group}>
          {examples.map(({ from, title }, i) =>
            from === group ? (
              <option key={i} value={i}>
                {title}
              </option>
            ) : null,
          )}
        </optgroup>
      ))}
    </>
  );
}

function CopyLink() {
  const copied = useSignal(false);
  const copy = async (): Promise<void> => {
    await navigator.clipboard.writeText(location.href);
    copied.value = true;
    setTimeout(() => (copied.value = false), 2000);
  };
  return (
    <button type="button" onClick={() => void copy()}>
      {copied.value ? codeWords.value.copied : codeWords.value.copyLink}
    </button>
  );
}

/** The curves that a program reports. */
function Reported({ report }: { report: Report }) {
  const figures = report.figures.value;
  // Charts are there from their first point on.
  if (report.points.value === 0 && figures.length === 0) return null;
  return (
    <>
      {[...report.charts].map(([name, lines]) => (
        <div class="card" key={name}>
          <LiveChart
            title={name}
            look={{ x: 'x', y: name, log: false, bounds: [] }}
            lines={lines.map((line, order) => ({
              label: line.name, family: line.name, order, dots: false, faint: false, curve: () => line,
            }))} // prettier-ignore
            points={report.points}
          />
        </div>
      ))}
      <Figures figures={figures} title={codeWords.value.playground} />
    </>
  );
}

import { formatNumber } from '../../number-format.ts';
import { deviceWords } from '../devices/words.ts';
import { words } from '../language/language.ts';
import { ownWords } from '../own-data/words.ts';
import { type Session, type Speed, SPEEDS } from './session.ts';
import type { Settings } from './settings.ts';

const BYTES = ['B', 'kB', 'MB', 'GB'] as const;

/** Bytes as people read them. */
export function formatBytes(bytes: number): string {
  const step = Math.min(
    BYTES.length - 1,
    Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)),
  );
  return `${formatNumber(bytes / 1000 ** step, 3)} ${BYTES[step]}`;
}

/** Floating-point operations in a second: thousands of millions of them, or millions where there are few. */
const formatFlops = (flops: number): string =>
  flops < 1e8 ? `${formatNumber(flops / 1e6, 2)} MFLOPS` : `${formatNumber(flops / 1e9, 2)} GFLOPS`;

function Standing({ session }: { session: Session }) {
  const { stepOf, rate, memory, threads, devices } = words.value;
  const run = session.run.value;
  if (run === null) return null;
  const { report, settings } = run;
  const progress = report.progress.value;
  const { backend } = settings.device;
  const { rate: steps, flops } = report;
  const isMeasured = session.busy || report.status.value === 'ended';
  const where = backend === 'gpu' ? report.backend.value || settings.device.mode : undefined;
  const parts = [
    settings.own && ownWords.value.isOwn,
    progress !== null && stepOf(formatNumber(progress.step), formatNumber(progress.total)),
    isMeasured && steps.value > 0 && rate(formatNumber(steps.value, 3)),
    isMeasured && steps.value * flops.value > 0 && formatFlops(steps.value * flops.value),
    report.memory.value > 0 && memory(formatBytes(report.memory.value)),
    where ??
      `${devices[backend]}${backend === 'wasm' ? `, ${threads(settings.device.threads)}` : ''}`,
  ];
  return <>{parts.filter(Boolean).join(' · ')}</>;
}

/** Run, pause, step, stop; how far it is. */
export function RunBar({ session, settings }: { session: Session; settings: Settings }) {
  const t = words.value;
  const run = session.run.value;
  const status = run?.report.status.value ?? 'idle';
  const busy = session.busy;
  const running = status === 'running' || status === 'starting';
  const main = running ? t.pause : status === 'paused' ? t.goOn : t.run;
  const press = (): void => {
    if (running) session.pause();
    else if (status === 'paused') session.resume();
    else void session.start(settings);
  };
  const step = (): void => {
    if (busy) session.resume(true);
    else void session.start(settings, true);
  };
  const progress = run?.report.progress.value;
  const seconds = run?.report.seconds.value;
  const said =
    status === 'ended' ? t.status.ended(formatNumber(seconds ?? 0, 3)) : t.status[status];
  return (
    <div class="run-bar">
      <div class="bar">
        <button type="button" class="go" onClick={press}>
          {main}
        </button>
        <button type="button" onClick={step}>
          {t.step}
        </button>
        <button type="button" onClick={() => session.stop()} disabled={!busy}>
          {t.stop}
        </button>
        <select
          aria-label={t.speed}
          value={session.speed.value}
          onChange={({ currentTarget }) => session.hurry(currentTarget.value as Speed)} // its options are these
        >
          {Object.keys(SPEEDS).map((speed) => (
            <option key={speed} value={speed}>
              {t.speeds[speed as Speed]}
            </option>
          ))}
        </select>
        <span class="end" title={deviceWords.value.counted}>
          <Standing session={session} />
        </span>
      </div>
      <progress
        aria-label={main}
        value={status === 'ended' ? 1 : progress == null ? 0 : progress.step}
        max={status === 'ended' || progress == null ? 1 : progress.total}
      />
      <p class="soft said" role="status">
        {said}
      </p>
      {status === 'failed' && (
        <p class="problem" role="alert">
          {run?.report.error.value}
        </p>
      )}
    </div>
  );
}

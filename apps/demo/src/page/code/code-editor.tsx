import { useEffect, useRef } from 'preact/hooks';
import { openEditor, type Editor } from './editor.ts';
import type { Wrong } from './program-run.ts';
import type { Place } from './program-error.ts';

interface Given {
  /** The program that the editor opens with, and another one in its place when `version` changes. */
  readonly source: string;
  readonly version: number;
  readonly label: string;
  readonly wrong: readonly Wrong[];
  readonly values: ReadonlyMap<number, string>;
  readonly onChange: (source: string) => void;
  readonly onRun: () => void;
  /** Is given what takes the cursor to a place. */
  readonly goTo?: { current: ((place: Place) => void) | null };
}

/** The editor as a part of the page. */
export function CodeEditor({
  source,
  version,
  label,
  wrong,
  values,
  onChange,
  onRun,
  goTo,
}: Given) {
  const element = useRef<HTMLDivElement>(null);
  const editor = useRef<Editor | null>(null);
  const handlers = useRef({ onChange, onRun });
  handlers.current = { onChange, onRun };
  useEffect(() => {
    const opened = openEditor(element.current!, {
      source, label,
      onChange: (changed) => handlers.current.onChange(changed),
      onRun: () => handlers.current.onRun(),
    }); // prettier-ignore
    editor.current = opened;
    if (goTo !== undefined) goTo.current = opened.goTo;
    return () => {
      editor.current = null;
      opened.close();
    };
  }, []);
  useEffect(() => editor.current?.label(label), [label]);
  useEffect(() => {
    if (editor.current !== null && editor.current.source !== source) editor.current.replace(source);
  }, [version]);
  useEffect(() => {
    const placed = wrong.flatMap(({ message, place }) =>
      place === null ? [] : [{ message, place }],
    );
    editor.current?.mark(placed);
  }, [wrong]);
  useEffect(() => editor.current?.annotate(values), [values]);
  return <div class="editor" ref={element} />;
}

import { closeBrackets, closeBracketsKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { typescriptLanguage } from '@codemirror/lang-javascript';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  indentUnit,
  syntaxHighlighting,
} from '@codemirror/language';
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, WidgetType, type DecorationSet,
} from '@codemirror/view'; // prettier-ignore
import { tags } from '@lezer/highlight';
import type { Place } from './program-error.ts';

/** A place to write a program in. */
export interface Editor {
  readonly source: string;
  replace(source: string): void;
  /** Underlines what is wrong, and says it there. */
  mark(wrong: readonly { readonly message: string; readonly place: Place }[]): void;
  /** Shows the values of lines at their ends. */
  annotate(values: ReadonlyMap<number, string>): void;
  goTo(place: Place): void;
  label(text: string): void;
  close(): void;
}

/** What a name is, as a class of the page's style sheet has it where nothing can be edited. */
const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.operatorKeyword, tags.modifier, tags.self], color: 'var(--wisteria)' },
  { tag: [tags.string, tags.regexp, tags.special(tags.string)], color: 'var(--moss)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--vermilion)' },
  {
    tag: [tags.typeName, tags.className],
    color: 'color-mix(in srgb, var(--gold) 70%, var(--ink))',
  },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.propertyName)],
    color: 'var(--indigo)',
  },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
]);

const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--code)', borderRadius: '8px', fontSize: '0.86rem' },
  '&.cm-focused': { outline: '2px solid var(--gold)', outlineOffset: '2px' },
  '.cm-scroller': { fontFamily: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace', lineHeight: '1.55' },
  '.cm-content': { padding: '0.7rem 0', caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'transparent', color: 'var(--soft)', border: '0' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'color-mix(in srgb, var(--ink) 5%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--indigo) 28%, transparent)',
  },
  '.cm-matchingBracket': { backgroundColor: 'color-mix(in srgb, var(--gold) 35%, transparent)', outline: '0' },
  '.cm-fault': { textDecoration: 'underline wavy var(--miss)', textUnderlineOffset: '3px' },
  '.cm-wrong': { backgroundColor: 'color-mix(in srgb, var(--miss) 12%, transparent)' },
  '.cm-value': { color: 'var(--soft)', paddingLeft: '1.5ch', whiteSpace: 'pre' },
  '.cm-value b': { color: 'var(--hold)', fontWeight: '600' },
}); // prettier-ignore

const setValues = StateEffect.define<ReadonlyMap<number, string>>();
const setFaults = StateEffect.define<readonly Fault[]>();

/** What is wrong from one character to another. */
interface Fault {
  readonly message: string;
  readonly from: number;
  readonly to: number;
}

/** Widths of the value that stands at the end of a line, in characters. */
const SHOWN = 60;

class ValueWidget extends WidgetType {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override eq(other: ValueWidget): boolean {
    return other.#text === this.#text;
  }

  override toDOM(): HTMLElement {
    const element = document.createElement('span');
    element.className = 'cm-value';
    const value = document.createElement('b');
    const line = this.#text.replaceAll(/\s+/g, ' ');
    value.textContent = line.length > SHOWN ? `${line.slice(0, SHOWN)} …` : line;
    element.append('⇒ ', value);
    return element;
  }
}

/** Values at the ends of lines, until their lines change; lines that are wrong. */
const notes = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(before, transaction) {
    let set = transaction.docChanged ? before.map(transaction.changes) : before;
    const { doc } = transaction.state;
    for (const effect of transaction.effects) {
      if (effect.is(setValues)) {
        const widgets = [...effect.value]
          .filter(([line]) => line <= doc.lines)
          .map(([line, text]) =>
            Decoration.widget({ widget: new ValueWidget(text), side: 1 }).range(doc.line(line).to),
          );
        set = set.update({
          filter: (_from, _to, { spec }) => !('widget' in spec),
          add: widgets,
          sort: true,
        });
      } else if (effect.is(setFaults)) {
        const marked = effect.value.flatMap(({ message, from, to }) => [
          Decoration.line({ class: 'cm-wrong' }).range(doc.lineAt(from).from),
          ...(to > from
            ? [
                Decoration.mark({ class: 'cm-fault', attributes: { title: message } }).range(
                  from,
                  to,
                ),
              ]
            : []),
        ]);
        set = set.update({
          filter: (_from, _to, { spec }) => 'widget' in spec,
          add: marked,
          sort: true,
        });
      }
    }
    return set;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/**
 * Types over a selection by itself: a browser would merge the lines with a style attribute, which the page's policy refuses with a
 * complaint.
 */
const typesOver = EditorView.domEventHandlers({
  beforeinput({ inputType, data }, view) {
    const { main } = view.state.selection;
    if (inputType !== 'insertText' || data === null || main.empty || view.composing) return false;
    const { from, to } = main;
    const insert = () =>
      view.state.update(view.state.replaceSelection(data), { userEvent: 'input.type' });
    const handlers = view.state.facet(EditorView.inputHandler);
    if (!handlers.some((handle) => handle(view, from, to, data, insert))) view.dispatch(insert());
    return true;
  },
});

interface Given {
  readonly source: string;
  readonly label: string;
  readonly onChange: (source: string) => void;
  /** Ctrl and Enter were pressed. */
  readonly onRun: () => void;
}

/**
 * Opens an editor in an element. It stands in a shadow tree: there its styles are sheets and no elements, which the page's policy would
 * refuse.
 */
export function openEditor(
  element: HTMLElement,
  { source, label, onChange, onRun }: Given,
): Editor {
  const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
  const named = new Compartment();
  const naming = (text: string) =>
    EditorView.contentAttributes.of({ 'aria-label': text, tabindex: '0' });
  const run = (): boolean => {
    onRun();
    return true;
  };
  const view = new EditorView({
    parent: root,
    root,
    state: EditorState.create({
      doc: source,
      extensions: [
        keymap.of([
          { key: 'Mod-Enter', run },
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...historyKeymap,
          indentWithTab,
        ]) /* prettier-ignore */,
        lineNumbers(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine() /* prettier-ignore */,
        indentUnit.of('  '),
        EditorState.tabSize.of(2),
        typescriptLanguage,
        typescriptLanguage.data.of({ closeBrackets: { brackets: ['(', '[', '{', "'", '"', '`'] } }),
        syntaxHighlighting(colours),
        theme,
        typesOver,
        notes,
        named.of(naming(label)),
        EditorView.updateListener.of(({ docChanged, state }) => {
          if (docChanged) onChange(state.doc.toString());
        }),
      ],
    }),
  });
  const offsetOf = ({ line, column }: Place): number => {
    const { doc } = view.state;
    if (line > doc.lines) return doc.length;
    const { from, to } = doc.line(Math.max(1, line));
    return Math.min(to, from + column - 1);
  };
  return {
    get source() {
      return view.state.doc.toString();
    },
    replace(to) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: to } });
    },
    mark(wrong) {
      const faults = wrong.map(({ message, place }): Fault => {
        const from = offsetOf(place);
        const { to: end } = view.state.doc.lineAt(from);
        return { message, from, to: view.state.wordAt(from)?.to ?? Math.min(from + 1, end) };
      });
      view.dispatch({ effects: setFaults.of(faults) });
    },
    annotate(values) {
      view.dispatch({ effects: setValues.of(values) });
    },
    goTo(place) {
      const anchor = offsetOf(place);
      view.dispatch({
        selection: { anchor },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
      });
      view.focus();
    },
    label(text) {
      view.dispatch({ effects: named.reconfigure(naming(text)) });
    },
    close: () => view.destroy(),
  };
}

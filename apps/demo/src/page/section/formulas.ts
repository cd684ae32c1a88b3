/** A formula of an explanation. */
export interface Formula {
  /** The rows of the course that it stands for; none where the explanation does not say. */
  readonly rows: readonly number[];
  /** Its MathML. */
  readonly html: string;
}

/** The formulas of an explanation, which were made with it. */
export function formulasOf(explanation: string): Formula[] {
  const { content } = Object.assign(document.createElement('template'), { innerHTML: explanation });
  return [...content.querySelectorAll<HTMLElement>('.formula')].map((formula) => {
    // The tensors that symbols name are beside the exercise.
    for (const symbol of formula.querySelectorAll('[data-tensor]')) {
      symbol.removeAttribute('data-tensor');
      symbol.removeAttribute('tabindex');
    }
    const rows = formula.dataset['rows']?.split(' ').map(Number) ?? [];
    return { rows, html: formula.innerHTML };
  });
}

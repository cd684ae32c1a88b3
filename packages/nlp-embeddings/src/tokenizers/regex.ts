/** Regular expressions as Hugging Face's files have them, in Oniguruma's syntax, as those of JavaScript. */
import { DataError } from '@kasane/tensor-core';

const classes: Readonly<Record<string, string>> = {
  s: '\\p{White_Space}',
  d: '\\p{Nd}',
  w: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
  h: '0-9A-Fa-f',
};

const posix: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  digit: '\\p{Nd}',
  alnum: '\\p{Alphabetic}\\p{Nd}',
  upper: '\\p{Uppercase}',
  lower: '\\p{Lowercase}',
  punct: '\\p{P}\\p{S}',
  space: '\\p{White_Space}',
  blank: '\\p{Zs}\\t',
  cntrl: '\\p{Cc}',
  xdigit: '0-9A-Fa-f',
  word: '\\p{L}\\p{M}\\p{Nd}\\p{Pc}',
};

const anchors: Readonly<Record<string, string>> = {
  A: '(?<![^])',
  z: '(?![^])',
  Z: '(?=\\n?(?![^]))',
  R: '(?:\\r\\n|[\\n-\\r\\u0085\\u2028\\u2029])',
};

/** The source of a JavaScript expression, for the flag `u`, that finds what Oniguruma's finds; DataError for what it cannot say. */
export function translated(pattern: string, place: string): string {
  return new Translator(pattern, place).all();
}

class Translator {
  readonly #pattern: string;
  readonly #place: string;
  #at = 0;
  #atomic = 0;

  constructor(pattern: string, place: string) {
    this.#pattern = pattern;
    this.#place = place;
  }

  all(): string {
    const source = this.#alternatives(false);
    if (this.#at < this.#pattern.length) throw this.#refusal('an unmatched )');
    return source;
  }

  #refusal(what: string): DataError {
    return new DataError(
      `${this.#place}: the regular expression ${JSON.stringify(this.#pattern)} has ${what}, which has no counterpart here; write it without.`,
    );
  }

  #alternatives(ignoreCase: boolean): string {
    let source = '';
    while (this.#at < this.#pattern.length && this.#peek() !== ')') {
      if (this.#take('|')) source += '|';
      else source += this.#quantified(ignoreCase);
    }
    return source;
  }

  #peek(): string {
    return this.#pattern[this.#at] ?? '';
  }

  #take(text: string): boolean {
    if (!this.#pattern.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #match(regexp: RegExp): RegExpExecArray | null {
    regexp.lastIndex = this.#at;
    const found = regexp.exec(this.#pattern);
    if (found !== null) this.#at += found[0].length;
    return found;
  }

  #quantified(ignoreCase: boolean): string {
    let atom = this.#atom(ignoreCase);
    for (;;) {
      const found = this.#match(/(?:[*+?]|\{\d*,?\d*\})/y);
      if (found === null) return atom;
      const [, low, comma, high] = /^\{(\d*)(,?)(\d*)\}$/.exec(found[0]) ?? [];
      if (low === '' && high === '') {
        atom += '\\{' + comma + '\\}';
        continue;
      }
      // {,n} is {0,n} there.
      const times = low === undefined ? found[0] : `{${low || 0}${comma}${high}}`;
      if (low === undefined && this.#take('+')) {
        // What is matched by a lookahead is not tried again.
        const name = `atomic${this.#atomic++}`;
        atom = `(?:(?=(?<${name}>${atom}${times}))\\k<${name}>)`;
      } else atom += times + (this.#take('?') ? '?' : '');
    }
  }

  #atom(ignoreCase: boolean): string {
    if (this.#take('(')) return this.#group(ignoreCase);
    if (this.#take('[')) return this.#class(ignoreCase);
    if (this.#take('.')) return '[^\\n]';
    if (this.#take('^')) return '(?<![^\\n])';
    if (this.#take('$')) return '(?![^\\n])';
    if (this.#take('\\')) {
      const anchor = anchors[this.#peek()];
      if (anchor !== undefined) {
        this.#at++;
        return anchor;
      }
      if (this.#take('b')) return edge(true);
      if (this.#take('B')) return edge(false);
      if (this.#match(/[GXKkg1-9]/y) !== null) {
        throw this.#refusal(`\\${this.#pattern[this.#at - 1]!}`);
      }
      return this.#escape(false, ignoreCase);
    }
    return this.#character(false, ignoreCase);
  }

  #group(ignoreCase: boolean): string {
    if (this.#take('?#')) {
      this.#match(/[^)]*\)/y);
      return '';
    }
    let open = '(?:';
    let close = ')';
    let ignores = ignoreCase;
    if (this.#take('?:')) open = '(?:';
    else if (this.#take('?>')) {
      const name = `atomic${this.#atomic++}`;
      [open, close] = [`(?:(?=(?<${name}>`, `))\\k<${name}>)`];
    } else {
      const look = this.#match(/\?<?[=!]/y);
      const flags = look === null ? this.#match(/\?(i?)(?:-(i?))?([:)])/y) : null;
      if (look !== null) open = `(${look[0]}`;
      else if (flags !== null) {
        ignores = (ignoreCase || flags[1] === 'i') && flags[2] !== 'i';
        // (?i) holds up to the end of the group that it stands in.
        if (flags[3] === ')') return `(?:${this.#alternatives(ignores)})`;
      } else if (this.#match(/\?<[A-Za-z_]\w*>/y) === null && this.#peek() === '?') {
        throw this.#refusal(`(${this.#pattern.slice(this.#at, this.#at + 2)}`);
      }
    }
    const inner = this.#alternatives(ignores);
    if (!this.#take(')')) throw this.#refusal('an unmatched (');
    return open + inner + close;
  }

  #class(ignoreCase: boolean): string {
    let source = this.#take('^') ? '[^' : '[';
    for (let first = true; first || this.#peek() !== ']'; first = false) {
      if (this.#at >= this.#pattern.length) throw this.#refusal('an unmatched [');
      if (this.#pattern.startsWith('&&', this.#at)) throw this.#refusal('&& in a class');
      const named = this.#match(/\[:(\^?)(\w+):\]/y);
      if (named !== null) {
        const set = posix[named[2]!];
        if (set === undefined || named[1] !== '') throw this.#refusal(named[0]);
        source += set;
      } else if (this.#take('[')) throw this.#refusal('a class in a class');
      else if (this.#take('\\')) source += this.#escape(true, ignoreCase);
      else if (this.#peek() === '-') {
        this.#at++;
        const ranges = !first && this.#peek() !== ']' && this.#pattern[this.#at - 2] !== '[';
        source += ranges ? '-' : '\\-';
      } else source += this.#character(true, ignoreCase);
    }
    this.#at++;
    return `${source}]`;
  }

  /** What stands behind a backslash. */
  #escape(inClass: boolean, ignoreCase: boolean): string {
    const property = this.#match(/([pP])\{(\^?)([^}]*)\}/y);
    if (property !== null) return this.#property(property);
    const code = this.#match(/x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{4})/y);
    if (code !== null) return `\\u{${code[1] ?? code[2] ?? code[3]}}`;
    const letter = this.#match(/[A-Za-z0-9]/y)?.[0];
    if (letter === undefined) return this.#character(inClass, ignoreCase);
    const set = classes[letter.toLowerCase()];
    if (set !== undefined) {
      const isNegated = letter !== letter.toLowerCase();
      if (!isNegated) return inClass ? set : `[${set}]`;
      if (!inClass) return `[^${set}]`;
      if (/^\\p\{\w+\}$/.test(set)) return `\\P${set.slice(2)}`;
      throw this.#refusal(`\\${letter} in a class`);
    }
    if ('tnrfv'.includes(letter)) return `\\${letter}`;
    if (letter === 'a') return '\\x07';
    if (letter === 'e') return '\\x1b';
    if (letter === '0') return '\\0';
    throw this.#refusal(`\\${letter}`);
  }

  #property([all, letter, caret, name]: RegExpExecArray): string {
    const wanted = posix[name!.toLowerCase()] === undefined ? name! : posixProperty(name!);
    const negated = (letter === 'P') !== (caret === '^');
    for (const spelled of [wanted, `Script=${wanted}`]) {
      const source = `\\${negated ? 'P' : 'p'}{${spelled}}`;
      try {
        void new RegExp(source, 'u');
        return source;
      } catch {
        // Not what JavaScript calls it.
      }
    }
    throw this.#refusal(`\\${all}`);
  }

  /** A character that stands for itself; for its cases, too. */
  #character(inClass: boolean, ignoreCase: boolean): string {
    const char = String.fromCodePoint(this.#pattern.codePointAt(this.#at)!);
    this.#at += char.length;
    const quoted = quote(char);
    if (!ignoreCase) return quoted;
    const cases = [...new Set([char, char.toLowerCase(), char.toUpperCase()])];
    const others = cases.filter((one) => [...one].length === 1).map(quote);
    // s and k are lower cases of ſ and the sign of the kelvin.
    if (/^[sk]$/i.test(char)) others.push(char.toLowerCase() === 's' ? 'ſ' : '\\u212a');
    if (others.length === 1) return quoted;
    if (!inClass) return `[${others.join('')}]`;
    if (this.#peek() === '-' || this.#pattern[this.#at - 2] === '-') {
      throw this.#refusal('a range in a class that ignores case');
    }
    return others.join('');
  }
}

function posixProperty(name: string): string {
  const set = posix[name.toLowerCase()]!;
  return /^\\p\{(\w+)\}$/.exec(set)?.[1] ?? name;
}

function quote(char: string): string {
  if (char === '\n') return '\\n';
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char === '-' ? 'x2d' : char}` : char;
}

/** Where a word begins or ends, or where none does. */
function edge(isEdge: boolean): string {
  const word = `[${classes['w']!}]`;
  const differ = `(?:(?<=${word})(?!${word})|(?<!${word})(?=${word}))`;
  return isEdge ? differ : `(?!${differ})`;
}

/** What the site says beside typedoc's own words, in both languages. */
export type Language = 'en' | 'ja';

export interface Words {
  readonly skip: string;
  readonly packages: string;
  readonly guides: string;
  readonly run: string;
  readonly exercises: string;
  readonly other: string;
  readonly expand: string;
  readonly site: string;
  readonly pageParts: string;
  readonly breadcrumb: string;
  readonly facts: {
    readonly title: string;
    readonly import: string;
    readonly ops: string;
    readonly gradient: string;
    readonly exercises: string;
  };
  readonly backends: {
    readonly all: string;
    readonly host: string;
    readonly plain: string;
    readonly gradient: string;
    readonly noGradient: string;
  };
}

export const words: Readonly<Record<Language, Words>> = {
  en: {
    skip: 'Skip to the content',
    packages: 'Packages',
    guides: 'Guides',
    run: 'Run in the playground',
    exercises: 'Exercises',
    other: '日本語',
    expand: 'what is in',
    site: 'The site',
    pageParts: 'On this page',
    breadcrumb: 'Where this is',
    facts: {
      title: 'At a glance',
      import: 'Import',
      ops: 'Backends',
      gradient: 'Gradient',
      exercises: 'Exercises',
    },
    backends: {
      all: 'kernels on wasm() and gpu()',
      host: 'on the host with gpu()',
      plain: 'plain loop on wasm()',
      gradient: 'of any order',
      noGradient: 'none',
    },
  },
  ja: {
    skip: '本文へ移動',
    packages: 'パッケージ',
    guides: 'ガイド',
    run: 'プレイグラウンドで実行',
    exercises: '演習',
    other: 'English',
    expand: '中身を表示：',
    site: 'サイト',
    pageParts: 'このページの内容',
    breadcrumb: '現在の位置',
    facts: {
      title: '概要',
      import: 'インポート',
      ops: 'バックエンド',
      gradient: '勾配',
      exercises: '演習',
    },
    backends: {
      all: 'wasm() と gpu() の両方にカーネルあり',
      host: 'gpu() ではホスト側で実行',
      plain: 'wasm() では通常のループ',
      gradient: '任意の階数',
      noGradient: 'なし',
    },
  },
};

/** What typedoc's own Japanese lacks. */
export const japaneseOfTheme: Readonly<Record<string, string>> = {
  theme_hierarchy_summary: '型の階層',
  theme_hierarchy_view_summary: '全体を表示',
  theme_hierarchy_expand: '展開',
  theme_hierarchy_collapse: '折りたたむ',
  theme_folder: 'フォルダ',
  theme_search_no_results_found_for_0: '{0} に一致するものはありません',
  theme_search_placeholder: 'ドキュメントを検索',
  tag_throws: '例外',
  tag_see: '参照',
};

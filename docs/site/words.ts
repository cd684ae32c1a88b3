import type { GuideGroup } from './guides.ts';

/** What the site says beside typedoc's own words, in both languages. */
export type Language = 'en' | 'ja';

export interface Words {
  readonly skip: string;
  readonly packages: string;
  readonly guides: string;
  readonly guideGroups: Readonly<Record<GuideGroup, string>>;
  /** Of what is not written in this language: behind its title, and above it. */
  readonly inEnglish: string;
  readonly onlyInEnglish: string;
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
    guideGroups: {
      start: 'Getting started',
      from: 'From other libraries',
      concepts: 'Using it',
      course: 'Course',
    },
    inEnglish: '',
    onlyInEnglish: '',
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
    guideGroups: {
      start: 'はじめに',
      from: '他のライブラリから',
      concepts: '使い方',
      course: '講座',
    },
    inEnglish: '（英語）',
    onlyInEnglish: 'このページは英語のみです。',
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

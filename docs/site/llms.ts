/** `llms.txt`, the site as a list of links with a sentence each, and `llms-full.txt`, with every export and its example. */
import type { Application, Comment, DeclarationReflection, ProjectReflection } from 'typedoc';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { entries } from './packages.ts';
import { SiteRouter } from './router.ts';

/** The comment of an export; that of a function belongs to its first signature. */
export function commentOf(one: DeclarationReflection): Comment | undefined {
  return one.comment ?? one.signatures?.find(({ comment }) => comment !== undefined)?.comment;
}

/** Its first sentence. */
export function sentenceOf(one: DeclarationReflection): string {
  const [first = ''] = (commentOf(one)?.summary ?? []).map(({ text }) => text).join('').split(/(?<=[.:])\s|\n\n/); // prettier-ignore
  return first.replaceAll(/\s+/g, ' ').trim();
}

export function writeLlms(app: Application, project: ProjectReflection, folder: string): void {
  const router = new SiteRouter(app);
  router.buildPages(project);
  const descriptions = new Map(entries().map(({ name, description }) => [name, description]));
  const head = [
    '# Kasane',
    '',
    '> A deep-learning framework for TypeScript, in Node and in the browser. Names and conventions are PyTorch’s, in camelCase.',
    '',
    '## Guides',
    '',
    ...(project.documents ?? []).map((one) => `- [${one.name}](${router.getFullUrl(one)})`),
    '',
  ];
  const short = [...head, '## Packages', ''];
  const full = [...head];
  for (const module of project.children ?? []) {
    const children = (module.children ?? []).filter((one) => !one.isReference());
    const said = descriptions.get(module.name) || sentenceOf(module);
    const link = `[${module.name}](${router.getFullUrl(module)})`;
    short.push(`- ${link}: ${said} ${children.map(({ name }) => name).join(', ')}`);
    full.push(`## ${module.name}`, '', said, '');
    for (const one of children) {
      full.push(`- [${one.name}](${router.getFullUrl(one)}): ${sentenceOf(one)}`);
      const example = commentOf(one)?.getTag('@example')?.content.map(({ text }) => text).join(''); // prettier-ignore
      if (example !== undefined) full.push('', example.trim(), '');
    }
    full.push('');
  }
  writeFileSync(join(folder, 'llms.txt'), `${short.join('\n')}\n`);
  writeFileSync(join(folder, 'llms-full.txt'), full.join('\n'));
}

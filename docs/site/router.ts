/** Addresses that one can read and guess: `nn/Linear.html`, `nn/attention/…`, `guides/getting-started.html`. */
import { DocumentReflection, StructureRouter, type Reflection } from 'typedoc';
import { basename } from 'node:path';

export class SiteRouter extends StructureRouter {
  override getIdealBaseName(target: Reflection): string {
    if (target instanceof DocumentReflection) {
      const path = target.project.files.getReflectionPath(target) ?? target.name;
      return `guides/${basename(path, '.md')}`;
    }
    return super.getIdealBaseName(target).replace(/^_kasane\//, '');
  }
}

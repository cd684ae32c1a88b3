/**
 * {{title}} for Kasane.
 *
 * @packageDocumentation
 */
export { {{camel}} } from './{{kebab}}.ts';

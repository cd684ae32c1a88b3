/** Put special tokens to encoded texts. */
export { PostProcessor } from './post-processor.ts';
export {
  BertProcessing,
  ByteLevel,
  RobertaProcessing,
  Sequence,
  type RobertaProcessingOptions,
  type TokenAndId,
} from './processors.ts';
export {
  TemplateProcessing,
  type TemplatePiece,
  type TemplateProcessingOptions,
  type TemplateToken,
} from './template.ts';

/** All ways to hand a verdict over, loaded late and in one piece: what they share would be a third file to load. */
export { comment, deliver, linksOf, summarise } from './deliver.ts';
export { cleanVerdict } from '../../report/clean.ts';
export { formatReport } from '../../report/json.ts';
export { formatSummary } from '../../report/markdown/summary.ts';
export { makeOutputs } from '../../report/outputs.ts';
export { tellFindings, verdictLine } from '../../report/text.ts';

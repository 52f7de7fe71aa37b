/** All ways to hand a verdict over, loaded late and in one piece: what they share would be a third file to load. */
export { comment, deliver, occasionOfRun, summarise } from './deliver.ts';
export { cleanVerdict } from '../../report/clean.ts';
export { formatReport } from '../../report/json.ts';
export { formatJUnit } from '../../report/junit.ts';
export { formatSummary } from '../../report/markdown/summary.ts';
export { makeOutputs } from '../../report/outputs.ts';
export { occasionOf, tellingOf } from '../../report/occasion.ts';
export { tellFindings, verdictLine } from '../../report/text.ts';

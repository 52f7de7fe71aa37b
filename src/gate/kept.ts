import type { ImageBudget } from '../base/budget.ts';
import { type Checked, weightOfChecks } from '../expectations/check.ts';
import type { Image } from '../image/image.ts';
import { weightOf, withoutSources, withoutTexts } from '../image/kept.ts';

const WITHOUT_TEXTS =
  'it was checked whole; its labels, annotations and other texts are not told, for all images together have too many.';

/** What is kept of an image for the reports. If all images together have too much text, the text is dropped. */
export function kept(read: Image, checked: Checked, budget: ImageBudget): { image: Image; notice: readonly string[] } {
  const weight = weightOfChecks(checked);
  const whole = withoutSources(read);
  if (budget.tryKeep(weightOf(whole) + weight)) return { image: whole, notice: [] };
  const image = withoutTexts(whole);
  budget.keep(weightOf(image) + weight);
  return { image, notice: [WITHOUT_TEXTS] };
}

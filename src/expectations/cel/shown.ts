import type { parse } from '@bufbuild/cel';
import { VARIABLES } from './environment.ts';

type Expr = NonNullable<ReturnType<typeof parse>['expr']>;
type Call = Extract<NonNullable<Expr['exprKind']>, { case: 'callExpr' }>['value'];

/** A part of an expression whose value may be shown where the whole does not hold. */
export interface ShownPart {
  /** As an author writes it: `image.config.User`. */
  readonly text: string;
  readonly expr: Expr;
}

/** More would be a wall. */
const MAX_PARTS = 3;

/**
 * What an expression compares: paths such as `image.config.User`, and sizes of them. Never the environment and never the
 * build history, which may hold secrets; of the config, what the report shows too.
 */
export function shownParts(expr: Expr | undefined): ShownPart[] {
  const parts = new Map<string, ShownPart>();
  collect(expr, (part) => parts.set(part.text, part));
  return [...parts.values()].slice(0, MAX_PARTS);
}

function collect(expr: Expr | undefined, add: (part: ShownPart) => void): void {
  if (expr === undefined) return;
  const path = pathOf(expr);
  if (path !== null) {
    if (isShown(path)) add({ text: textOf(path), expr });
    return;
  }
  if (expr.exprKind.case !== 'callExpr') return;
  const call = expr.exprKind.value;
  const measured = call.function === 'size' ? pathOf(call.target ?? call.args[0]) : null;
  if (measured !== null) {
    if (isShown(measured) || isCounted(measured)) add({ text: `size(${textOf(measured)})`, expr });
    return;
  }
  for (const part of [call.target, ...call.args]) collect(part, add);
}

/** The names of a path of fields and constant keys; null where the expression is another. */
function pathOf(expr: Expr | undefined): string[] | null {
  const kind = expr?.exprKind;
  if (kind?.case === 'identExpr') return [kind.value.name];
  if (kind?.case === 'selectExpr' && !kind.value.testOnly) return longer(kind.value.operand, kind.value.field);
  const key = kind?.case === 'callExpr' ? constantKey(kind.value) : null;
  return key === null || kind?.case !== 'callExpr' ? null : longer(kind.value.args[0], key);
}

function longer(operand: Expr | undefined, name: string): string[] | null {
  const path = pathOf(operand);
  return path && [...path, name];
}

function constantKey({ function: name, args }: Call): string | null {
  const key = name === '_[_]' ? args[1]?.exprKind : undefined;
  const constant = key?.case === 'constExpr' ? key.value.constantKind : undefined;
  return constant?.case === 'stringValue' ? constant.value : null;
}

const IMAGE = new Set(['reference', 'tag', 'digest', 'platform', 'labels', 'annotations', 'size', 'provenance']);
const CONFIG = new Set(['User', 'WorkingDir', 'Entrypoint', 'Cmd', 'ExposedPorts', 'Volumes', 'StopSignal', 'Labels']);
const OTHERS = new Set(Object.keys(VARIABLES).filter((name) => name !== 'image' && name !== 'now'));

function isShown([root = '', field = '', ...rest]: readonly string[]): boolean {
  if (root !== 'image') return OTHERS.has(root) && field !== '';
  return field === 'config' ? CONFIG.has(rest[0] ?? '') : IMAGE.has(field);
}

/** Lists whose length says nothing that must not be told. */
function isCounted([root, field, ...rest]: readonly string[]): boolean {
  return root === 'image' && field === 'layers' && rest.length === 0;
}

function textOf(path: readonly string[]): string {
  const [root = '', ...fields] = path;
  return fields.reduce(
    (text, name) => (/^[A-Za-z_]\w*$/.test(name) ? `${text}.${name}` : `${text}[${JSON.stringify(name)}]`),
    root,
  );
}

/** Writes docs/messages.md: every error of the sources, with what to do. With --check, says whether it is that. */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type AnyNode, parse } from 'acorn';
import { ancestor, full } from 'acorn-walk';
import { transformSync } from 'esbuild';
import { fillHints } from '../src/base/hints.ts';
import { GITHUB_HINTS } from '../src/ci/github/hints.ts';
import { ROOT } from '../test/support/runner.ts';

export interface Message {
  readonly code: string;
  /** As it stands in the source, with `…` for what differs. */
  readonly text: string;
  readonly hint: string;
}

/** Parameters of a function that makes errors, by what a call gives for them. */
type Bindings = ReadonlyMap<string, AnyNode>;
interface Helper {
  readonly parameters: readonly AnyNode[];
  readonly error: readonly (AnyNode | null)[];
}

const NONE: Bindings = new Map();

/** Text of a literal or template; what is no literal is `…`. */
function textOf(node: AnyNode | null | undefined, bindings: Bindings): string {
  if (!node) return '';
  if (node.type === 'Literal') return String(node.value);
  if (node.type === 'TemplateLiteral') {
    return node.quasis
      .map(
        ({ value }, at) => (value.cooked ?? '') + (node.expressions[at] ? textOf(node.expressions[at], bindings) : ''),
      )
      .join('');
  }
  if (node.type === 'ConditionalExpression') {
    const [a, b] = [textOf(node.consequent, bindings), textOf(node.alternate, bindings)];
    return a === '' || b === '' || a === '…' || b === '…' ? '…' : `${a} / ${b}`;
  }
  if (node.type === 'Identifier' && bindings.has(node.name)) return textOf(bindings.get(node.name), NONE);
  return '…';
}

const hintOf = (details: AnyNode | null | undefined): AnyNode | null => {
  if (details?.type !== 'ObjectExpression') return null;
  for (const property of details.properties) {
    if (property.type === 'Property' && property.key.type === 'Identifier' && property.key.name === 'hint')
      return property.value;
  }
  return null;
};

function messageOf([code, text, hint]: readonly (AnyNode | null)[], bindings: Bindings): Message {
  const said = textOf(hint, bindings);
  return { code: textOf(code, bindings), text: textOf(text, bindings), hint: said === '…' ? '' : said };
}

export function readMessages(): Message[] {
  const found: Message[] = [];
  const files = globSync('src/**/*.ts', { cwd: ROOT }).toSorted();
  const programs = files.map((file) => {
    const { code } = transformSync(readFileSync(path.join(ROOT, file), 'utf8'), { loader: 'ts' });
    return parse(code, { ecmaVersion: 'latest', sourceType: 'module' });
  });
  // A helper may stand in another file than its calls; a name of the own file comes first.
  const shared = new Map<string, Helper>();
  const ownHelpers = programs.map((program) => {
    const helpers = new Map<string, Helper>();
    ancestor(program, {
      NewExpression(node, _, ancestors) {
        if (node.callee.type !== 'Identifier' || node.callee.name !== 'AssertImageError') return;
        const [codeNode, text, details] = node.arguments;
        const error = [codeNode ?? null, text ?? null, hintOf(details)];
        const maker = ancestors.findLast(({ type }) => type === 'FunctionDeclaration');
        const usesParameter =
          maker?.type === 'FunctionDeclaration' &&
          maker.params.some((parameter) => nameOf(parameter) !== null && mentions(text, nameOf(parameter) as string));
        if (usesParameter && maker.id && returnsError(maker)) {
          helpers.set(maker.id.name, { parameters: maker.params, error });
          shared.set(maker.id.name, { parameters: maker.params, error });
        } else found.push(messageOf(error, NONE));
      },
    });
    return helpers;
  });
  for (const [at, program] of programs.entries()) {
    const helperOf = (name: string): Helper | undefined => ownHelpers[at]?.get(name) ?? shared.get(name);
    full(program, (node) => {
      const helper =
        node.type === 'CallExpression' && node.callee.type === 'Identifier' ? helperOf(node.callee.name) : undefined;
      if (node.type === 'CallExpression' && helper !== undefined) {
        const { parameters, error } = helper;
        const given = parameters.flatMap((parameter, position): [string, AnyNode][] => {
          const argument =
            node.arguments[position] ?? (parameter.type === 'AssignmentPattern' ? parameter.right : undefined);
          return argument && nameOf(parameter) !== null ? [[nameOf(parameter) as string, argument]] : [];
        });
        found.push(messageOf(error, new Map(given)));
      }
      // What became of a connection is told by a table (transport-errors.ts).
      if (node.type === 'ObjectExpression') {
        const fields = new Map(
          node.properties.flatMap((property) =>
            property.type === 'Property' && property.key.type === 'Identifier'
              ? [[property.key.name, property.value]]
              : [],
          ),
        );
        if (fields.has('code') && fields.has('text')) {
          const text = textOf(fields.get('text'), NONE);
          found.push({
            code: textOf(fields.get('code'), NONE),
            text: `…: ${text}.`,
            hint: textOf(fields.get('hint'), NONE),
          });
        }
      }
    });
  }
  const seen = new Set<string>();
  return found
    .filter(({ text }) => /[a-z]{3}/.test(text))
    .filter(({ code, text }) => !seen.has(code + text) && seen.add(code + text))
    .toSorted((a, b) => (a.code === b.code ? (a.text < b.text ? -1 : 1) : a.code < b.code ? -1 : 1));
}

function nameOf(parameter: AnyNode): string | null {
  if (parameter.type === 'Identifier') return parameter.name;
  return parameter.type === 'AssignmentPattern' ? nameOf(parameter.left) : null;
}

function mentions(node: AnyNode | undefined, name: string): boolean {
  let isMentioned = false;
  if (node) full(node, (inner) => void (isMentioned ||= inner.type === 'Identifier' && inner.name === name));
  return isMentioned;
}

/** Whether a function is there to make one kind of error. */
function returnsError(maker: AnyNode): boolean {
  let errors = 0;
  full(maker, (node) => {
    if (node.type === 'NewExpression' && node.callee.type === 'Identifier' && node.callee.name === 'AssertImageError')
      errors += 1;
  });
  const last = maker.type === 'FunctionDeclaration' ? maker.body.body.at(-1) : undefined;
  return errors === 1 && last?.type === 'ReturnStatement' && last.argument?.type === 'NewExpression';
}

/** In the words of a workflow, where most read them. */
const cell = (text: string): string =>
  fillHints(text, GITHUB_HINTS)
    .replaceAll(/(…[ ,]*)+…/g, '…')
    .replaceAll('\n', ' ')
    .replaceAll('|', '\\|')
    .replaceAll(/([*_<>`])/g, '\\$1');

export function formatMessages(): string {
  const byCode = Map.groupBy(readMessages(), ({ code }) => (code === '…' ? 'various' : code));
  const parts = [...byCode].map(
    ([code, messages]) =>
      `## ${code}\n\n| message | what to do |\n| -- | -- |\n${messages.map(({ text, hint }) => `| ${cell(text)} | ${cell(hint)} |`).join('\n')}`,
  );
  return `# Messages

Made from the sources by \`npm run messages\`: every error, by its code, with \`…\` for what differs. An error means that the
image could not be looked at: the result is \`error\` (of \`missing\`: \`missing\`). What an expectation says when it does
not hold is in the failures of the run. Where nothing stands beside a message, it says by itself what is allowed.

${parts.join('\n\n')}
`;
}

if (import.meta.main) {
  const file = path.join(ROOT, 'docs/messages.md');
  const { format } = await import('prettier');
  const text = await format(formatMessages(), { parser: 'markdown', printWidth: 120 });
  if (process.argv.includes('--check')) {
    if (readFileSync(file, 'utf8') !== text) {
      console.error('docs/messages.md is not what the sources say. Run "npm run messages" and commit it.');
      process.exit(1);
    }
  } else writeFileSync(file, text);
}

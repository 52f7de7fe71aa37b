/** The commands that a runner would find in a log. Source: actions/runner ActionCommand.cs, catalogue I-2. */
function commandsIn(log: string): string[] {
  return log.split(/\r\n|\n|\r/).flatMap((line) => {
    const v2 = /^[\s\p{Z}]*::([a-z-]+)(?: [^:]*)?::/iu.exec(line)?.[1];
    const v1 = /##\[([a-z-]+)/i.exec(line)?.[1];
    return [v2, v1].filter((name) => name !== undefined).map((name) => name.toLowerCase());
  });
}

/** What this program says to the runner. */
const OURS = new Set(['add-mask', 'group', 'endgroup', 'notice', 'warning', 'error']);

/** Commands in a log that are none of ours. */
export function foreignCommandsIn(log: string): string[] {
  return commandsIn(log).filter((name) => !OURS.has(name));
}

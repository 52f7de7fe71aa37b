import type { Run } from '../inputs/run.ts';
import type { Settings } from '../settings/settings.ts';

/** Where commits and runs can be looked at. */
export interface Links {
  /** `GITHUB_SERVER_URL`, without a slash at its end; empty by hand. */
  readonly serverUrl: string;
  /** `owner/name` of this repository. */
  readonly repository: string;
}

/** What a report is made on: what was asked, in which run, and how long it took. */
export interface Occasion {
  readonly links: Links;
  /** That the image must be built from; null: any. */
  readonly commit: string | null;
  /** It is the commit of this run. */
  readonly isOwnCommit: boolean;
  readonly require: 'all' | 'any';
  readonly run: {
    /** Of this run; null where it cannot be told. */
    readonly commit: string | null;
    /** `run 7` */
    readonly name: string;
    /** Its page; null where there is none. */
    readonly url: string | null;
  };
  readonly tookMs: number;
  readonly now: Date;
}

/** What differs between the ways to tell it in a log. */
export interface Telling {
  readonly require: 'all' | 'any';
  /** The expected commit is that of this run. */
  readonly isOwnCommit: boolean;
  readonly failOnMismatch: boolean;
  /** Failures and the verdict alone. */
  readonly isQuiet: boolean;
}

export function tellingOf(settings: Settings | null, { commit }: Run, isQuiet = false): Telling {
  const expected = commitOf(settings);
  return {
    require: settings?.require ?? 'all',
    isOwnCommit: expected !== null && expected === commit,
    failOnMismatch: settings?.failOnMismatch ?? true,
    isQuiet,
  };
}

function commitOf(settings: Settings | null): string | null {
  return settings?.expectations.revision?.commit ?? settings?.expectations.provenance?.revision ?? null;
}

/** What the CI adds: its links, the number of the run as it counts them, and the time. */
export type Circumstances = Pick<Occasion, 'links' | 'tookMs' | 'now'> & { readonly runNumber?: string | undefined };

export function occasionOf(settings: Settings | null, run: Run, { runNumber = '', ...told }: Circumstances): Occasion {
  const commit = commitOf(settings);
  return {
    ...told,
    commit,
    isOwnCommit: commit !== null && commit === run.commit,
    require: settings?.require ?? 'all',
    run: {
      commit: typeof run.commit === 'string' ? run.commit : null,
      name: /^[0-9]{1,12}$/.test(runNumber) ? `run ${runNumber}` : 'run',
      url: plainUrl(run.jobUrl),
    },
  };
}

/** It stands in Markdown: an address, and nothing that ends a link. */
function plainUrl(url: string | undefined): string | null {
  return url !== undefined && /^https?:\/\/[A-Za-z0-9.:-]+\/[A-Za-z0-9._~/?=&#%+-]*$/.test(url) ? url : null;
}

/** What to check. Each option is the input of the same name, in camel case; a list has one line an item. */
export interface Options {
  /** References, patterns (`ghcr.io/acme/app:v1.*`) or layouts (`oci-layout:PATH`). */
  readonly image: string | readonly string[];
  /** Such as `linux/amd64`; default: every runnable image of an index. */
  readonly platforms?: readonly string[];
  /** The most images that a pattern may select; default 200. */
  readonly maxImages?: number;
  /** A full commit ID, `auto` (the default) for that of `run`, or `any`. */
  readonly revision?: string;
  /** Such as `label:KEY`, `env:NAME`, `annotation:KEY`, `provenance`; the first that is present counts. */
  readonly revisionFrom?: readonly string[];
  /** That every reference must resolve to. */
  readonly digest?: string;
  /** Expectations such as `tier=gold`, one an item. */
  readonly labels?: readonly string[];
  readonly env?: readonly string[];
  readonly annotations?: readonly string[];
  /** CEL expressions, one an item. */
  readonly expect?: readonly string[];
  /** Path of a YAML file of expectations, from the working directory. */
  readonly policy?: string;
  readonly require?: 'all' | 'any';
  /** How long to keep looking until it passes, such as `10m`; default: one look. */
  readonly waitTimeout?: string;
  /** Another reference to show the differences from. */
  readonly compareWith?: string;
  /** For the registry of `image`. No configuration of docker is read. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** For ghcr.io. */
  readonly githubToken?: string | undefined;
  /** Path of a PEM file of certificate authorities. */
  readonly caFile?: string | undefined;
  /** `host[:port]`, or `loopback`; default: `loopback`. */
  readonly plainHttp?: readonly string[];
  /** `registry=auth-host` */
  readonly trustedAuthHosts?: readonly string[];
  readonly allowedRegistries?: readonly string[];
  /** For one look at one image, such as `60s`. */
  readonly timeout?: string;
  /** What `revision: auto` and expressions know of the run. */
  readonly run?:
    | {
        readonly commit: string;
        /** `owner/name` */
        readonly repository?: string;
      }
    | undefined;
}

/** What was found. Options that are wrong, and images that cannot be read, are the result `error`: nothing is thrown. */
export interface Verdict {
  readonly result: Result;
  /** What was checked, pinned by digest; empty unless `pass`. Of several, the first, or the one that `require: 'any'` chose: `images` has all. */
  readonly reference: string;
  /** Why there are no images, usually wrong options. */
  readonly error: Reason | null;
  readonly failures: readonly Failure[];
  readonly images: readonly ImageReport[];
  /** Selected by a pattern, and no container image. */
  readonly skipped: readonly { readonly reference: string; readonly reason: string }[];
  readonly waited: { readonly seconds: number; readonly looks: number } | null;
  /** What differs from `compareWith`, as in the report's schema. */
  readonly comparison: Readonly<Record<string, unknown>> | null;
}

export type Result = 'pass' | 'fail' | 'missing' | 'error';

export interface Reason {
  /** Such as `missing`, `denied`, `timeout`; see the page of messages. */
  readonly code: string;
  readonly message: string;
}

/** One reason why the result is not `pass`. */
export interface Failure {
  readonly image: string;
  readonly platform: string | null;
  readonly expectation: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly message: string;
}

export interface ImageReport {
  /** With the digest that it resolved to; empty where it was not read. */
  readonly reference: string;
  readonly asked: string;
  readonly tag: string | null;
  readonly result: Result;
  readonly error: Reason | null;
  readonly digest: string | null;
  readonly mediaType: string | null;
  /** Of the index. */
  readonly annotations: Readonly<Record<string, string>>;
  readonly checks: readonly CheckReport[];
  readonly notices: readonly string[];
  readonly provenance: { readonly verified: boolean; readonly [fact: string]: unknown };
  readonly platforms: readonly PlatformReport[];
  /** In the index, and not asked for. */
  readonly unchecked: readonly string[];
  readonly skipped: readonly { readonly digest: string; readonly reason: string }[];
}

export interface CheckReport {
  readonly expectation: string;
  readonly platform: string | null;
  readonly holds: boolean;
  readonly expected: string;
  readonly actual: string | null;
  readonly message: string;
}

export interface PlatformReport {
  readonly platform: string;
  readonly digest: string;
  readonly mediaType: string;
  readonly imageId: string;
  readonly created: string | null;
  /** In bytes. */
  readonly size: number;
  readonly annotations: Readonly<Record<string, string>>;
  /** What a builder wrote beside the image, unsigned. */
  readonly provenance: Readonly<Record<string, unknown>> | null;
  readonly layers: readonly { readonly digest: string; readonly size: number; readonly mediaType: string }[];
  readonly config: {
    readonly os: string;
    readonly architecture: string;
    /** Empty where there is none. */
    readonly variant: string;
    readonly labels: Readonly<Record<string, string>>;
    /** Values are in no report. */
    readonly envNames: readonly string[];
    readonly user: string;
    readonly entrypoint: readonly string[] | null;
    readonly cmd: readonly string[] | null;
    readonly workingDir: string;
    readonly exposedPorts: readonly string[] | null;
    readonly volumes: readonly string[] | null;
    readonly stopSignal: string | null;
  };
}

/** Checks images as the action does. Wrong options, too, are a verdict: it throws nothing. */
export declare function assertImage(options: Options): Promise<Verdict>;

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

import { apiHost, registryOrigin } from './hosts.ts';
import type { PlainHttp, TrustedAuthHost } from './hosts.ts';
import type { Deadline } from '../base/deadline.ts';
import { Authorizer } from './auth/authorizer.ts';
import { ContentCache } from './content-cache.ts';
import { type Credentials, type CredentialStore, findCredentials } from '../credentials/credentials.ts';
import { HUB_ORIGIN, listHubRepositories } from './docker-hub.ts';
import { readCatalog } from './catalog.ts';
import { Conversation, type ConversationOptions } from './conversation.ts';
import { type Contents, Repository } from './repository.ts';
import type { Network } from '../net/network.ts';
import { Transport } from '../net/transport.ts';
import type { Reference } from '../reference/reference.ts';
import type { Secrets } from '../base/secrets.ts';

export interface RegistriesOptions {
  readonly network: Network;
  readonly secrets: Secrets;
  readonly stores: readonly CredentialStore[];
  readonly plainHttp: PlainHttp;
  readonly trustedAuthHosts: readonly TrustedAuthHost[];
  readonly signal: AbortSignal;
}

/** Who chose a repository, and so with what it may be asked. */
export type Trust =
  /** The user: with credentials, wherever it is. */
  | 'chosen'
  /** An image, on a registry that the user chose: without credentials. */
  | 'named-by-image'
  /** An image, on any other registry: without credentials, and nowhere near to us. */
  | 'stranger';

/** Most runs ask one registry, and a promotion two. */
const MAX_OPENED = 4;

/** The repositories of a run: connections are shared by registry, tokens and digests by repository. */
export class Registries {
  readonly #options: RegistriesOptions;
  readonly #transports = new Map<string, Transport>();
  readonly #repositories = new Map<string, Repository>();
  readonly #contents = newContents();
  readonly #contentsOfOthers = newContents();

  constructor(options: RegistriesOptions) {
    this.#options = options;
  }

  repository({ registry, repository }: Reference, trust: Trust = 'chosen'): Repository {
    const key = `${trust} ${registry}/${repository}`;
    const known = this.#repositories.get(key);
    if (known) return known;
    // What was read with credentials is not handed to those who may not have it.
    const contents = trust === 'chosen' ? this.#contents : this.#contentsOfOthers;
    const made = new Repository(this.#conversationWith(registry, repository, trust), contents);
    this.#repositories.set(key, made);
    return made;
  }

  #conversationWith(registry: string, repository: string, trust: Trust): ConversationOptions {
    const { secrets, stores, plainHttp, trustedAuthHosts } = this.#options;
    const origin = registryOrigin(registry, plainHttp);
    const transport = this.#transport(apiHost(registry), origin, trust === 'stranger');
    let found: Promise<Credentials> | undefined;
    const credentials = (): Promise<Credentials> =>
      (found ??= findCredentials(trust === 'chosen' ? stores : [], registry, repository));
    const isOfUser = trust === 'chosen';
    const options = { registry, origin, credentials, trustedAuthHosts, transport, secrets, isOfUser, plainHttp };
    return { registry, repository, origin, transport, authorizer: new Authorizer(options) };
  }

  /** Begins to connect to those who will be asked: what is loaded behind it costs no time. */
  async preconnect(references: readonly { readonly registry: string }[]): Promise<void> {
    const begun = references.slice(0, MAX_OPENED).map(async ({ registry }) => {
      if (registry === '') return;
      const origin = registryOrigin(registry, this.#options.plainHttp);
      await this.#transport(apiHost(registry), origin, false).preconnect(new URL(origin));
    });
    await Promise.all(begun);
  }

  /** Hands every repository to `take`, of the registry's catalog or of Docker Hub's list of a namespace. */
  async repositoryNames(
    { registry, namespace }: { readonly registry: string; readonly namespace: string },
    take: (name: string) => void,
    deadline: Deadline,
  ): Promise<void> {
    if (registry !== 'docker.io') {
      const options = this.#conversationWith(registry, '', 'chosen');
      return readCatalog(new Conversation(options), options, take, deadline);
    }
    const { stores, secrets } = this.#options;
    const credentials = await findCredentials(stores, registry, namespace);
    const transport = this.#transport('hub.docker.com', HUB_ORIGIN, false);
    return deadline.race(listHubRepositories(namespace, { transport, credentials, secrets, deadline }, take));
  }

  /** Whether a text of this registry's holds a secret of ours, or a token that was given for it. */
  hasSecretIn(text: string, registry: string): boolean {
    return this.#options.secrets.isIn(text, registry);
  }

  redact(text: string): string {
    return this.#options.secrets.redact(text);
  }

  /** Whether a token that this registry's service gave is part of this text. */
  hasTokenIn(text: string, registry: string): boolean {
    return this.#options.secrets.hasTokenIn(text, registry);
  }

  /** Aborted when the run is over: nothing that was begun for it goes on. */
  get signal(): AbortSignal {
    return this.#options.signal;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#transports.values()].map((transport) => transport.close()));
  }

  #transport(host: string, origin: string, isStranger: boolean): Transport {
    const key = `${isStranger ? 'stranger ' : ''}${host}`;
    const known = this.#transports.get(key);
    if (known) return known;
    const made = new Transport(origin, this.#options.network, isStranger);
    this.#transports.set(key, made);
    return made;
  }
}

function newContents(): Contents {
  return {
    documents: new ContentCache(({ bytes }) => bytes.length),
    blobs: new ContentCache((bytes) => bytes.length),
  };
}

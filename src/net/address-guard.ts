import { lookup as dnsLookup, type LookupAddress } from 'node:dns';
import type { Socket } from 'node:net';
import { AssertImageError } from '../base/errors.ts';
import { type AddressKind, addressKind, hostKind } from '../base/address.ts';

/** Checks a connection before it is made, and again before anything is sent. */
export interface ConnectionGuard {
  /** DNS, with the addresses checked: the connection goes to no other. */
  readonly lookup: typeof dnsLookup;
  /** The handshake is over, and verified where there is TLS. @throws AssertImageError `protocol` for an address that is refused */
  readonly connected: (hostname: string, socket: Socket) => void;
}

/**
 * Hosts that a registry names may be where the registry is, or on the internet, and nowhere closer to us:
 * DNS names can point anywhere, also at a metadata service.
 *
 * Where the registry is, only a connection to it tells, after its certificate was verified: DNS answers are
 * for its owner to write. One public address among them makes the registry a public one for good.
 */
export class AddressGuard {
  readonly #registryOrigin: string;
  readonly #isStranger: boolean;
  readonly #kinds = new Set<AddressKind>();
  #isPublic = false;

  /** @param isStranger the registry itself was not chosen by the user, so it may not be near to us either */
  constructor(registryOrigin: string, isStranger: boolean) {
    this.#registryOrigin = registryOrigin;
    this.#isStranger = isStranger;
    const literal = addressKind(new URL(registryOrigin).hostname.replace(/^\[|\]$/g, ''));
    if (literal) this.#learn(literal);
  }

  /** Checks what the URL itself says; a name is checked when it is resolved. @throws AssertImageError `protocol` */
  assertUrl({ origin, hostname }: URL): void {
    const kind = hostKind(hostname);
    if (kind !== null) this.#assertAllowed(hostname, kind, origin === this.#registryOrigin);
  }

  /** For connections to the registry's own origin, or to any other. */
  for(isRegistry: boolean): ConnectionGuard {
    const accept = (hostname: string, kind: AddressKind): void => {
      if (isRegistry && kind === 'public') this.#isPublic = true;
      this.#assertAllowed(hostname, kind, isRegistry);
    };
    return {
      lookup: guardedLookup(accept),
      connected: (hostname, { remoteAddress = '' }) => {
        const kind = addressKind(remoteAddress);
        if (kind === null) return;
        accept(hostname, kind);
        if (isRegistry) this.#learn(kind);
      },
    };
  }

  #learn(kind: AddressKind): void {
    this.#kinds.add(kind);
    this.#isPublic ||= kind === 'public';
  }

  #assertAllowed(hostname: string, kind: AddressKind, isRegistry: boolean): void {
    if (kind === 'public') return;
    const isNear = kind === 'loopback' || kind === 'private';
    if (isNear && isRegistry && !this.#isStranger) return;
    const isWhereTheRegistryIs = !this.#isPublic && (this.#kinds.has(kind) || this.#kinds.has('loopback'));
    if (isNear && isWhereTheRegistryIs && !this.#isStranger) return;
    throw new AssertImageError(
      'protocol',
      `${hostname} is a ${kind} address; refused to connect to it on behalf of ${this.#registryOrigin}.`,
      { hint: 'Only a registry that is on such an address itself may send us to one.' },
    );
  }
}

/** The address that is connected to must be the one that was checked. */
function guardedLookup(accept: (hostname: string, kind: AddressKind) => void): typeof dnsLookup {
  const lookup = (hostname: string, options: object, callback: (...result: unknown[]) => void): void => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error);
      let refusal: unknown = null;
      const accepted = addresses.filter(({ address }) => {
        try {
          accept(hostname, addressKind(address) ?? 'unspecified');
          return true;
        } catch (refused) {
          refusal ??= refused;
          return false;
        }
      });
      // Of a name with addresses of several kinds, those that are allowed will do.
      if (accepted.length === 0) return callback(refusal);
      if ((options as { all?: boolean }).all) return callback(null, accepted);
      return callback(null, accepted[0]?.address, accepted[0]?.family);
    });
  };
  return lookup as unknown as typeof dnsLookup;
}

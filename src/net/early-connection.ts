import { connect, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import type { ConnectionGuard } from './address-guard.ts';

/** Same as undici's default. Repeated here because errors mention it. */
export const CONNECT_TIMEOUT_MS = 10_000;
export const TIMED_OUT = 'UND_ERR_CONNECT_TIMEOUT';

/** Set on every connection, because NODE_TLS_REJECT_UNAUTHORIZED from an earlier step would change the default. */
export const VERIFIED = { rejectUnauthorized: true } as const;

export interface Early {
  readonly socket: Socket;
  /** Call once, when taking the connection over. */
  readonly isOpen: () => boolean;
}

/** What a connection is made with. */
export interface Connecting {
  readonly authorities: () => SecureContext;
  readonly guard: ConnectionGuard | undefined;
  /** Sockets that were not handed over yet. */
  readonly sockets: Set<Socket>;
  /** Called when the first packet is on its way. */
  readonly onBegun: () => void;
}

/** Connects and shakes hands; settles when the connection may be used. */
export function connectEarly(
  host: string,
  port: number,
  { authorities, guard, sockets, onBegun }: Connecting,
): Promise<Early> {
  return new Promise((resolve, reject) => {
    const raw = connect({ host, port, ...(guard && { lookup: guard.lookup }) });
    let socket: Socket = raw;
    const timer = setTimeout(() => {
      socket.destroy(Object.assign(new Error('no connection in time'), { code: TIMED_OUT }));
    }, CONNECT_TIMEOUT_MS);
    timer.unref();
    const watch = (next: Socket): void => {
      socket = next;
      sockets.add(next);
      next.unref();
      // Stays attached: an error without a listener would end the process.
      next.on('error', (error) => {
        clearTimeout(timer);
        reject(error);
      });
    };
    watch(raw.setNoDelay(true).setKeepAlive(true, 60_000));
    // Node tells of the attempt before it makes it. The authorities are parsed while the first packet is on its way.
    raw.once('connectionAttempt', () => setImmediate(() => (onBegun(), orDrop(raw, () => void authorities()))));
    raw.once('connect', () =>
      orDrop(raw, () => {
        const secured = secure(raw, host, authorities());
        watch(secured);
        secured.once('close', () => raw.destroy());
        secured.once('secureConnect', () => {
          clearTimeout(timer);
          sockets.delete(raw);
          resolve(watchEnd(secured));
        });
      }),
    );
  });
}

/** An exception in a listener would end the process. */
function orDrop(socket: Socket, act: () => void): void {
  try {
    act();
  } catch (error) {
    socket.destroy(error as Error);
  }
}

function secure(socket: Socket, host: string, secureContext: SecureContext): TLSSocket {
  const servername = isIP(host) === 0 ? { servername: host } : {};
  const options = { socket, host, ...servername, secureContext, ...VERIFIED };
  return connectTls({ ...options, ALPNProtocols: ['http/1.1', 'h2'] });
}

/**
 * The server's first bytes (HTTP/2 settings) stay unread, so a hang-up behind them would go unnoticed. The stream then
 * becomes readable again without new data.
 */
export function watchEnd(socket: Socket): Early {
  let length = 0;
  const look = (): void => {
    if (socket.readableLength === length) socket.destroy();
    length = socket.readableLength;
  };
  socket.on('readable', look);
  const isOpen = (): boolean => {
    socket.off('readable', look);
    return !socket.destroyed && socket.writable;
  };
  return { socket, isOpen };
}

/** A network of a given round trip, in user space: what goes in at one end comes out at the other, later. */
import { connect, createServer, type Server, type Socket } from 'node:net';

export interface DelayStats {
  connections: number;
  /** Both ways, TLS included. */
  bytes: number;
  /** When the first byte of all came from the client, in milliseconds since the epoch; null: none yet. */
  firstByteAtMs: number | null;
  /** When the first connection was asked for. */
  openedAtMs: number | null;
  /** When the last byte was handed to the client. */
  toldAtMs: number | null;
}

const now = (): number => performance.timeOrigin + performance.now();

/**
 * Listens on `host:port` and forwards to `target` on loopback: half a trip each way, and one whole
 * before the first byte for the TCP handshake, which loopback itself does in no time.
 */
export function delayed(
  host: string,
  port: number,
  target: number,
  roundTripMs: () => number,
  stats: DelayStats,
): Promise<Server> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (client) => {
    const roundTrip = roundTripMs();
    const openedAt = performance.now();
    stats.connections += 1;
    stats.openedAtMs ??= now();
    const upstream = connect({ host: '127.0.0.1', port: target, noDelay: true, allowHalfOpen: true });
    pipe(client, upstream, roundTrip / 2, openedAt + roundTrip, (bytes) => {
      stats.firstByteAtMs ??= now();
      stats.bytes += bytes;
    });
    let isOver = false;
    for (const end of ['end', 'close']) client.on(end, () => (isOver = true));
    pipe(upstream, client, roundTrip / 2, 0, (bytes) => {
      stats.bytes += bytes;
      // A farewell to one that has left is not waited for.
      if (!isOver) stats.toldAtMs = now() + roundTrip / 2;
    });
  });
  return new Promise((resolve) => server.listen(port, host, () => resolve(server)));
}

function pipe(from: Socket, to: Socket, delayMs: number, notBefore: number, count: (bytes: number) => void): void {
  // One timer and a queue: timers round to milliseconds, and two of them could change places.
  const queue: { readonly due: number; readonly act: () => void }[] = [];
  const drain = (): void => {
    while (queue[0] && queue[0].due - performance.now() < 0.5) queue.shift()?.act();
    if (queue[0]) setTimeout(drain, Math.max(0, queue[0].due - performance.now()));
  };
  const later = (act: () => void): void => {
    queue.push({ due: Math.max(performance.now(), notBefore) + delayMs, act });
    if (queue.length === 1) drain();
  };
  from.on('data', (chunk) => {
    count(chunk.length);
    later(() => to.writable && to.write(chunk));
  });
  from.on('end', () => later(() => to.end()));
  from.on('error', () => to.destroy());
  // What the other end of `from` sent before it closed is still under way.
  from.on('close', () => later(() => to.destroySoon()));
}

import { once } from 'node:events';
import { Agent } from 'node:https';
import type { Duplex } from 'node:stream';
import type { TLSSocket } from 'node:tls';

/**
 * Keeps TLS connections between requests, and can open the connection of the next request ahead of
 * it.
 */
export class AheadAgent extends Agent {
  /** The connection of the next request, if it is still open then. */
  ahead: Duplex | undefined;

  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(...args: Parameters<Agent['createConnection']>) {
    const { ahead } = this;
    this.ahead = undefined;
    return ahead?.writable ? ahead : super.createConnection(...args);
  }

  /** A connection without a request yet; rejects after at most `timeoutMs`. */
  async connect({ hostname, port }: URL, timeoutMs: number): Promise<TLSSocket> {
    // The front end of SQS needs the server name. A request would set it; a bare connection does
    // not.
    const options = { ...this.options, host: hostname, port: port || 443, servername: hostname };
    const socket = super.createConnection(options) as TLSSocket;
    // A server may close the connection before the first request.
    socket.on('error', () => {});
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) });
      return socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

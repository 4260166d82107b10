import { once } from 'node:events';
import { Agent, type RequestOptions } from 'node:https';
import type { TLSSocket } from 'node:tls';

/** Keeps TLS connections between requests, and can open the first one ahead of the first request. */
export class AheadAgent extends Agent {
  #ahead: TLSSocket | undefined;

  constructor() {
    super({ keepAlive: true });
  }

  override createConnection(...args: Parameters<Agent['createConnection']>) {
    const ahead = this.#ahead;
    this.#ahead = undefined;
    return ahead?.writable ? ahead : super.createConnection(...args);
  }

  /** Connects, and sends nothing; rejects after `timeoutMs` at the latest, which a request never notices. */
  async openAhead({ hostname, port }: URL, timeoutMs: number): Promise<void> {
    const options: RequestOptions = { host: hostname, port: port || 443, servername: hostname };
    const socket = super.createConnection({ ...this.options, ...options }) as TLSSocket;
    // A server may hang up before the first request.
    socket.on('error', () => {});
    try {
      await once(socket, 'secureConnect', { signal: AbortSignal.timeout(timeoutMs) });
      this.#ahead = socket;
    } catch (error) {
      socket.destroy();
      throw error;
    }
  }
}

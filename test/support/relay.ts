import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A way to a server. */
export type Relay = {
  endpoint: string;
  /** Ends every connection, with these last words. */
  hangUp: (words: string) => void;
  close: () => void;
};

export const startRelay = async (endpoint: string): Promise<Relay> => {
  const { protocol, port } = new URL(endpoint);
  const clients = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(Number(port), 'localhost');
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => {});
    clients.add(client);
    client.once('close', () => clients.delete(client) && upstream.destroy());
  });
  await once(server.listen(0), 'listening');
  return {
    endpoint: `${protocol}//localhost:${(server.address() as AddressInfo).port}`,
    hangUp: (words) => {
      for (const client of clients) client.end(words);
    },
    close: () => {
      server.close();
      for (const client of clients) client.destroy();
    },
  };
};

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';

/** An entry as it is on the wire. */
export type Entry = Omit<PutEventsRequestEntry, 'Time'> & { Time: number };

/**
 * A bus, as far as PutEvents goes, as it is documented: each entry is taken or refused by itself.
 */
export const startBus = async () => {
  const entries: Entry[] = [];
  const bus = {
    entries,
    requests: 0,
    /** Which entries are refused, in the order in which they came. */
    refuses: (_entry: Entry, _nth: number): boolean => false,
    isAway: false,
  };
  let asked = 0;
  const take = (entry: Entry) => {
    if (bus.refuses(entry, asked++)) return { ErrorCode: 'InternalFailure', ErrorMessage: 'try again' };
    entries.push(entry);
    return { EventId: randomUUID() };
  };
  const server = createServer(async (request, response) => {
    const { Entries = [] } = JSON.parse(await text(request)) as { Entries?: Entry[] };
    bus.requests++;
    const isPut = request.headers['x-amz-target'] === 'AWSEvents.PutEvents' && Entries.length <= 10;
    if (bus.isAway || !isPut) {
      response.writeHead(bus.isAway ? 500 : 400).end(JSON.stringify({ __type: 'InternalException' }));
      return;
    }
    const results = Entries.map(take);
    const FailedEntryCount = results.filter((result) => 'ErrorCode' in result).length;
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.1' });
    response.end(JSON.stringify({ FailedEntryCount, Entries: results }));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return Object.assign(bus, {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
    },
  });
};

export type Bus = Awaited<ReturnType<typeof startBus>>;

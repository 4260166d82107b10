import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import type { CallEvent } from '../../shared/events/call-event.ts';

/** What an endpoint was sent, once its signature was verified. */
export type Sent = { event: CallEvent; headers: Record<string, string>; body: string };

type Answer = (response: ServerResponse, event: CallEvent) => void;

/**
 * An endpoint that verifies what it is sent by the reference library, and answers as it is told.
 */
export const startEndpoint = async (secret: string, answer: Answer = ok) => {
  const sent: Sent[] = [];
  const refused: unknown[] = [];
  let answers = answer;
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString();
    const headers = request.headers as Record<string, string>;
    try {
      new Webhook(secret).verify(body, headers);
      sent.push({ event: JSON.parse(body), headers, body });
    } catch (error) {
      refused.push(error);
    }
    answers(response, JSON.parse(body));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const stop = () => {
    server.closeAllConnections();
    server.close();
  };
  return {
    url: `http://127.0.0.1:${port}/hook`,
    sent,
    refused,
    answerBy: (next: Answer) => {
      answers = next;
    },
    /** Connections are refused until `accept`. */
    refuse: stop,
    accept: () => once(server.listen(port, '127.0.0.1'), 'listening'),
    stop,
  };
};

export type Endpoint = Awaited<ReturnType<typeof startEndpoint>>;

const ok = (response: ServerResponse) => {
  response.writeHead(204).end();
};

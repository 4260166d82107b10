import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * What can happen between a function and AWS. `drop` and the trickled body come after the service
 * did its work, the others instead of it.
 */
export type Fault =
  | 'reset'
  | 'error'
  | 'throttle'
  | 'hang'
  | 'trickle-headers'
  | 'trickle-body'
  | 'drop'
  /** The caller hears nothing, and the service only at `deliverLate`. */
  | 'late'
  /** An answer of one's own. */
  | { status: number; body: object };

/** A call of an AWS service: its action (`SendMessage`) and its input as JSON text. */
export type Call = { action: string; input: string };

export type FaultProxy = {
  endpoint: string;
  /** Decides for each call, before it reaches the service. */
  faultOf: (call: Call) => Fault | undefined | Promise<Fault | undefined>;
  /** Called when the service has answered, before the caller hears of it. */
  onAnswer: (call: Call) => void | Promise<void>;
  /** Connections are refused until `accept`. */
  refuse: () => Promise<void>;
  accept: () => Promise<void>;
  deliverLate: () => Promise<void>;
  stop: () => Promise<void>;
};

const TRICKLE_MS = 100;

/** A proxy on 127.0.0.1 that stands between functions and an emulator and injects faults. */
export const startFaultProxy = async (upstream: string): Promise<FaultProxy> => {
  const late: (() => Promise<unknown>)[] = [];
  const pass = async (incoming: IncomingMessage, body: Buffer): Promise<{ status: number; body: Buffer }> => {
    const { method, headers, url } = incoming;
    const outgoing = httpRequest(`${upstream}${url}`, { method, headers }).end(body);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve).once('error', reject);
    });
    return { status: answer.statusCode ?? 502, body: await buffer(answer) };
  };

  const serve = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(incoming);
    const action = String(incoming.headers['x-amz-target']).split('.')[1] ?? '';
    const call = { action, input: body.toString() };
    const fault = await proxy.faultOf(call);
    if (fault === 'late') late.push(() => pass(incoming, body));
    if (fault === 'reset' || fault === 'late') incoming.socket.resetAndDestroy();
    else if (fault === 'error') answer(response, 500, { __type: 'InternalFailure' });
    else if (fault === 'throttle') answer(response, 400, { __type: 'ThrottlingException' });
    else if (fault === 'trickle-headers') trickle(response, 'HTTP/1.1 200 OK\r\n', 'x-slow: 1\r\n');
    else if (typeof fault === 'object') answer(response, fault.status, fault.body);
    else if (fault !== 'hang') await finish(incoming, response, body, call, fault);
  };

  const finish = async (
    incoming: IncomingMessage,
    response: ServerResponse,
    body: Buffer,
    call: Call,
    fault?: Fault,
  ) => {
    const passed = await pass(incoming, body);
    await proxy.onAnswer(call);
    if (fault === 'drop') incoming.socket.resetAndDestroy();
    else if (fault === 'trickle-body') {
      trickle(response, 'HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n', ' ');
    } else
      response.writeHead(passed.status, { 'content-type': 'application/x-amz-json-1.0' }).end(passed.body);
  };

  const server = createServer((incoming, response) => {
    serve(incoming, response).catch(() => incoming.socket.resetAndDestroy());
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
  const close = async () => {
    if (!server.listening) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  };

  await listen(0);
  const { port } = server.address() as AddressInfo;
  const proxy: FaultProxy = {
    endpoint: `http://127.0.0.1:${port}`,
    faultOf: () => undefined,
    onAnswer: () => {},
    refuse: close,
    accept: () => listen(port),
    deliverLate: async () => {
      for (const deliver of late.splice(0)) await deliver();
    },
    stop: close,
  };
  return proxy;
};

const answer = (response: ServerResponse, status: number, body: object) =>
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(JSON.stringify(body));

const trickle = ({ socket }: ServerResponse, start: string, drop: string) => {
  socket?.write(start);
  const timer = setInterval(() => socket?.write(drop), TRICKLE_MS);
  socket?.on('error', () => {}).once('close', () => clearInterval(timer));
};

import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ListRow, localised, writtenRow } from './nxcloud-rows.ts';

/** How the provider behaves; where nothing is documented, the tests try more than one way. */
export type Behaviour = {
  accessKey: string;
  accessSecret: string;
  /** Whether the account has Call Center. */
  hasCallCenter: boolean;
  /** How far its clock is ahead of this machine's, and whether its answers say what time it is. */
  clockAheadMs: number;
  hasDate: boolean;
  order: 'newest first' | 'oldest first' | 'none';
  /** Which time of a call the asked period is about, and whether its last second belongs to it. */
  filtersBy: 'startTime' | 'endTime';
  isEndInclusive: boolean;
  language: 'en' | 'zh';
  /** How many rows of a page the next one repeats. */
  repeatedRows: number;
  /** Calls that end while somebody pages: this many of them after each page. */
  arriving: ListRow[];
  arrivingPerPage: number;
  /** How long an answer takes. */
  delayMs: number;
  /** The least time between two requests, and what is answered to one that comes too early. */
  rateMs: number;
  tooEarly: Fault;
};

/** What happens to one request in place of its answer. */
export type Fault =
  | { status: number; body?: string; headers?: Record<string, string> }
  | { code: number; msg?: string }
  | 'drop'
  | 'drop midway'
  | 'hang'
  | 'hang midway'
  | 'endless';

/** A request as it came. */
export type Seen = {
  headers: IncomingMessage['headers'];
  body: Buffer;
  query: Record<string, unknown>;
  /** Whether the signature is of these very bytes. */
  isSigned: boolean;
  at: number;
};

const PATH = '/saas/cc/openapi/cdr/page';
const MAX_OFF_MS = 60_000;
const MAX_SIZE = 100;

const DEFAULTS: Behaviour = {
  accessKey: 'AKtest',
  accessSecret: 'secret-of-the-test',
  hasCallCenter: true,
  clockAheadMs: 0,
  hasDate: true,
  order: 'newest first',
  filtersBy: 'startTime',
  isEndInclusive: false,
  language: 'zh',
  repeatedRows: 0,
  arriving: [],
  arrivingPerPage: 1,
  delayMs: 0,
  rateMs: 0,
  tooEarly: { status: 429 },
};

/**
 * NXCloud's open platform with its list of Call Center calls, on this machine. It is written from what NXCloud documents and what its
 * users saw, and shares no code with what asks it.
 */
export const startProvider = async (rows: ListRow[], given: Partial<Behaviour> = {}) => {
  const behaviour = { ...DEFAULTS, ...given };
  const seen: Seen[] = [];
  const faults: Fault[] = [];
  const server = createServer(async (request, response) => {
    response.on('error', () => {});
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const before = seen.at(-1)?.at ?? Number.NEGATIVE_INFINITY;
    const query = readQuery(body);
    seen.push({
      headers: request.headers,
      body,
      query,
      isSigned: isSigned(request, body, behaviour),
      at: Date.now(),
    });
    response.sendDate = false;
    if (behaviour.hasDate)
      response.setHeader('date', new Date(Date.now() + behaviour.clockAheadMs).toUTCString());
    await sleep(behaviour.delayMs);
    const fault = faults.shift() ?? (Date.now() - before < behaviour.rateMs ? behaviour.tooEarly : undefined);
    if (fault !== undefined) return fail(response, fault);
    if (request.method !== 'POST' || request.url !== PATH) return response.writeHead(404).end('not found');
    answer(response, refusalOf(request, body, behaviour) ?? list(rows, query, behaviour));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    gateway: `http://127.0.0.1:${port}`,
    /** What is asked with to be let in. */
    credentials: { accessKey: behaviour.accessKey, accessSecret: behaviour.accessSecret },
    /** Its calls; what is put in or changed is listed from then on. */
    rows,
    behaviour,
    seen,
    /** What happens to the next requests, one each. */
    failNext: (...next: Fault[]) => faults.push(...next),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
};

export type Provider = Awaited<ReturnType<typeof startProvider>>;

type Outcome = { code: number; msg: string; data?: string };

const refuse = (code: number, msg: string): Outcome => ({ code, msg });

const answer = (response: ServerResponse, { code, msg, data = '{}' }: Outcome): void => {
  const reqId = randomBytes(16).toString('hex');
  response.writeHead(200, { 'content-type': 'application/json;charset=UTF-8' });
  response.end(`{"reqId":"${reqId}","code":${code},"msg":${JSON.stringify(msg)},"data":${data}}`);
};

/** The common parameters: who asks, when, and by which signature. */
const refusalOf = (request: IncomingMessage, body: Buffer, behaviour: Behaviour): Outcome | undefined => {
  const { accesskey, ts, biztype, action, sign, 'content-type': type } = request.headers;
  if ([accesskey, ts, biztype, action, sign].includes(undefined) || !type?.startsWith('application/json')) {
    return refuse(1001, 'Missing common parameters');
  }
  if (accesskey !== behaviour.accessKey || !behaviour.hasCallCenter) {
    return refuse(1005, 'Insufficient permissions');
  }
  if (biztype !== '8' || action !== 'cc') return refuse(1002, 'Parameter error');
  const now = Date.now() + behaviour.clockAheadMs;
  if (!/^\d{13}$/.test(String(ts)) || Math.abs(Number(ts) - now) > MAX_OFF_MS) {
    return refuse(1004, 'Timestamp expired');
  }
  if (!isSigned(request, body, behaviour)) return refuse(1003, 'Invalid signature');
  return undefined;
};

/** Whether the signature in the headers of a request is that of its bytes. */
export const isSigned = (
  { headers }: Pick<IncomingMessage, 'headers'>,
  body: Buffer,
  { accessSecret }: Pick<Behaviour, 'accessSecret'>,
): boolean => {
  const { accesskey, action, biztype, ts, algorithm = 'md5', sign } = headers;
  if (algorithm !== 'md5' && algorithm !== 'sha256') return false;
  const digest = createHash(algorithm);
  digest.update(`accessKey=${accesskey}&action=${action}&bizType=${biztype}&ts=${ts}`);
  if (body.length > 0) digest.update('&body=').update(body);
  return digest.update(`&accessSecret=${accessSecret}`).digest('hex') === sign;
};

const readQuery = (body: Buffer): Record<string, unknown> => {
  try {
    return JSON.parse(body.toString()) ?? {};
  } catch {
    return {};
  }
};

const list = (rows: ListRow[], query: Record<string, unknown>, behaviour: Behaviour): Outcome => {
  const { startTime, endTime, page, size } = query;
  if (!isSeconds(startTime)) return refuse(41000, 'Start date cannot be empty');
  if (!isSeconds(endTime)) return refuse(41000, 'End date cannot be empty');
  if (!isBetween(1, page, Number.MAX_SAFE_INTEGER)) return refuse(41000, 'page must be greater than 0');
  if (!isBetween(1, size, MAX_SIZE)) return refuse(41000, 'size must be between 1 and 100');
  for (const [name, last] of Object.entries({ answered: 2, direction: 3 })) {
    if (query[name] !== undefined && !isBetween(0, query[name], last))
      return refuse(41000, `${name} is invalid`);
  }
  const found = rows.filter(isAsked(query, behaviour)).sort(ORDERS[behaviour.order]);
  const from = (page - 1) * (size - behaviour.repeatedRows);
  const listed = found.slice(from, from + size).map((row) => writtenRow(localised(row, behaviour.language)));
  rows.push(...behaviour.arriving.splice(0, behaviour.arrivingPerPage));
  return { code: 0, msg: 'success', data: `[${listed.join(',')}]` };
};

const isBetween = (least: number, value: unknown, most: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= most;

// Milliseconds are refused: an empty list would look like a time without calls to a test, and hide the mistake.
const isSeconds = (value: unknown): value is number => isBetween(1, value, 9_999_999_999);

const ORDERS = {
  'newest first': (a: ListRow, b: ListRow) => b.startTime - a.startTime,
  'oldest first': (a: ListRow, b: ListRow) => a.startTime - b.startTime,
  none: (a: ListRow, b: ListRow) => (digestOf(a.callId) < digestOf(b.callId) ? -1 : 1),
};

const digestOf = (text: string): string => createHash('md5').update(text).digest('hex');

/** Whether a request asks for a row. The codes of a request are one higher than those of a row, since 0 asks for all. */
const isAsked = (query: Record<string, unknown>, { filtersBy, isEndInclusive }: Behaviour) => {
  const [from, to] = [Number(query.startTime) * 1000, Number(query.endTime) * 1000];
  const until = isEndInclusive ? to + 1000 : to;
  const has = (asked: unknown, value: unknown) => asked === undefined || asked === '' || asked === value;
  return (row: ListRow): boolean =>
    row[filtersBy] >= from &&
    row[filtersBy] < until &&
    (!query.direction || query.direction === row.direction + 1) &&
    (!query.answered || query.answered === (row.answered ? 2 : 1)) &&
    has(query.name, row.agentName) &&
    (['caller', 'callee', 'callId', 'orderId'] as const).every((name) => has(query[name], row[name]));
};

const BEGINNING = '{"reqId":"1","code":0,"msg":"success","data":[';

function* filler() {
  for (;;) yield Buffer.alloc(2 ** 20, ' ');
}

const fail = async (response: ServerResponse, fault: Fault): Promise<void> => {
  if (typeof fault === 'object' && 'code' in fault)
    return answer(response, refuse(fault.code, fault.msg ?? 'failed'));
  if (typeof fault === 'object') {
    response.writeHead(fault.status, fault.headers).end(fault.body);
  } else if (fault === 'drop') {
    response.destroy();
  } else if (fault !== 'hang') {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write(BEGINNING, () => fault === 'drop midway' && response.destroy());
    if (fault === 'endless') pipeline(filler(), response, () => {});
  }
};

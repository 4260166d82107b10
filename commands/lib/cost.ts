/**
 * A line of the bill: a public list price in US dollars (US West (Oregon), 2026-08-09, without free
 * tiers; from aws.amazon.com/{api-gateway,lambda,sqs,dynamodb,cloudwatch,xray}/pricing), and its
 * units a month: always, once a product sends callbacks around the clock, and for every million
 * callbacks.
 */
type Part = {
  name: string;
  unit: string;
  price: number;
  idle: number;
  inUse: number;
  perMillion: number;
  because: string;
};

const part = (
  name: string,
  [unit, price]: [string, number],
  [idle, perMillion, inUse = 0]: [number, number, number?],
  because: string,
): Part => ({ name, unit, price, idle, inUse, perMillion, because });

/** Everything that is billed by default. */
export const PARTS: readonly Part[] = [
  part('API Gateway', ['million requests', 1], [0, 1], 'one request'),
  part('Lambda requests', ['million', 0.2], [0, 3], 'receiver, consumer, projector; batches of one'),
  part('Lambda time', ['million GB-s', 13.3334], [0, 0.03], '20 ms in each at 512 MB, an assumption'),
  part(
    'SQS',
    ['million requests', 0.4],
    [1.296, 3],
    'send, receive, delete; at the queues of deliveries and of exports five pollers, 20 s each',
  ),
  part('Writes of deliveries', ['million units', 0.625], [0, 1.3], 'the mean of the samples, 1 KB a unit'),
  part('Writes of calls', ['million units', 0.625], [0, 5], 'the table and its indexes, a unit each'),
  part('Reads of the consumer', ['million units', 0.125], [0, 2], 'whether the call was erased, twice'),
  part(
    'Reads of the projector',
    ['million units', 0.125],
    [0, 3],
    'the call, its deliveries and whether it was erased',
  ),
  part('Storage of deliveries', ['GB-month', 0.45], [0, 0.8], 'with point-in-time recovery'),
  part('Storage of calls', ['GB-month', 0.25], [0, 3.2], 'the table and its indexes'),
  part('CloudWatch Logs', ['GB', 0.53], [0, 3.2], 'access log, functions and Lambda, kept a month'),
  part(
    'CloudWatch metrics',
    ['metric', 0.3],
    [0, 0, 4],
    'of a product: accepted, duplicates, changes, lag; billed by the hour in which they have a value',
  ),
  part('CloudWatch alarms', ['metric', 0.1], [34, 0], 'the metrics that the alarms of the template watch'),
  part('CloudWatch dashboard', ['dashboard', 3], [1, 0], 'one'),
];

/** The additional cost of `TRACING=Active`. */
const TRACES = part(
  'X-Ray',
  ['million traces', 5],
  [0, 3],
  'only with `TRACING=Active`; one a function, at most: beyond one a second 5%',
);

/** Millions of callbacks a month. */
const VOLUMES = [0, 0.01, 1, 10];

/** The monthly cost of a part at this many million callbacks. */
const costOf = ({ price, idle, inUse, perMillion }: Part, millions: number): number =>
  price * (idle + (millions > 0 ? inUse : 0) + perMillion * millions);

/** The monthly cost at this many million callbacks. */
export const totalOf = (millions: number, parts = PARTS): number =>
  parts.reduce((sum, each) => sum + costOf(each, millions), 0);

/** The tables of docs/cost.md. */
export const costTables = (): string => {
  const heads = VOLUMES.map((millions) => `${(millions * 1e6).toLocaleString('en-US')} callbacks`);
  const totals = (parts = PARTS) => VOLUMES.map((millions) => dollars(totalOf(millions, parts)));
  const units = table(
    ['', 'unit', 'price', 'units, idle', 'units, in use', 'units a million callbacks', 'because'],
    [...PARTS, TRACES].map(({ name, unit, price, idle, inUse, perMillion, because }) => [
      ...[name, unit, `$${price}`],
      ...[String(idle), String(inUse), String(perMillion), because],
    ]),
  );
  const months = table(
    ['a month', ...heads],
    [
      ...PARTS.map((each) => [each.name, ...VOLUMES.map((millions) => dollars(costOf(each, millions)))]),
      ['**total**', ...totals()],
      ['total with `TRACING=Active`', ...totals([...PARTS, TRACES])],
    ],
    '---:',
  );
  return `${units}\n\n${months}`;
};

const dollars = (amount: number): string =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const table = (head: string[], rows: string[][], figures = '---'): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : figures)), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

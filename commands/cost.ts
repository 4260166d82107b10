import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureSizes, type Sizes } from './cost/measure.ts';
import { ASSUMPTIONS, costs, type Stack, stackOf, total } from './cost/model.ts';
import { GATEWAYS, PRICES } from './cost/prices.ts';
import { CommandError, runCommand, say } from './lib/command.ts';

const USAGE = `Usage: npm run cost

Computes what a month costs from the stack, the samples and list prices, and writes it to docs/cost.md.`;

const ROOT = join(import.meta.dirname, '..');
const PAGE = join(ROOT, 'docs', 'cost.md');
const VOLUMES = [10_000, 1_000_000, 100_000_000];

const packagedStack = (): Stack => {
  const folder = mkdtempSync(join(tmpdir(), 'cost-'));
  try {
    const serverless = join(ROOT, 'node_modules', 'serverless', 'bin', 'serverless.js');
    execFileSync(process.execPath, [serverless, 'package', '--stage', 'prod', '--package', folder], {
      cwd: ROOT,
      env: { ...process.env, BUILD_FOLDER: '.esbuild/cost' },
      stdio: 'pipe',
    });
    const template = readFileSync(join(folder, 'cloudformation-template-update-stack.json'), 'utf8');
    return stackOf(JSON.parse(template));
  } catch (error) {
    // Serverless prints what is wrong, and its progress to the other stream.
    const { stdout } = error as { stdout?: Buffer };
    throw stdout ? new CommandError(`The stack cannot be packaged. ${String(stdout).trim()}`) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const dollars = (amount: number): string =>
  `$${amount.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;

const count = (number: number): string => number.toLocaleString('en-US', { maximumFractionDigits: 1 });

const table = (head: string[], rows: string[][]): string =>
  [head, head.map((_, column) => (column === 0 ? '---' : '---:')), ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');

const byService = (sizes: Sizes, stack: Stack): string => {
  const columns = VOLUMES.map((volume) => costs(volume, sizes, stack));
  const rows = Object.keys(columns[0] ?? {}).map((service) => [
    service,
    ...columns.map((column) => dollars(column[service] ?? 0)),
  ]);
  const untraced = VOLUMES.map((volume) => dollars(total(costs(volume, sizes, { ...stack, traced: false }))));
  const perMillion = VOLUMES.map((volume, index) =>
    dollars((total(columns[index] ?? {}) / volume) * 1_000_000),
  );
  return table(
    ['a month', ...VOLUMES.map((volume) => `${count(volume)} callbacks`)],
    [
      ...rows,
      ['**total**', ...columns.map((column) => `**${dollars(total(column))}**`)],
      ['total with `TRACING=PassThrough`', ...untraced],
      ['total per million callbacks', ...perMillion],
    ],
  );
};

const gateways = (): string =>
  table(
    ['a month', ...VOLUMES.map((volume) => `${count(volume)} events`)],
    GATEWAYS.map(({ name, monthly }) => [
      name,
      ...VOLUMES.map(monthly).map((amount) => (amount === undefined ? 'not stated' : dollars(amount))),
    ]),
  );

const measured = (sizes: Sizes, stack: Stack): string =>
  table(
    ['measured', 'value'],
    [
      ['samples run through receiver and consumer', count(sizes.samples)],
      ['body as received, mean', `${count(sizes.body)} bytes`],
      ['message in the queue, mean', `${count(sizes.message)} bytes`],
      ['item in the table, mean', `${count(sizes.item)} bytes`],
      ['write units per item, mean', count(sizes.writeUnits)],
      ['log of both functions, mean', `${count(sizes.logs)} bytes in ${count(sizes.logLines)} lines`],
      [
        'memory of a receiver and of the consumer',
        `${stack.receiverGb * 1024} and ${stack.consumerGb * 1024} MB`,
      ],
      ['alarms', count(stack.alarms)],
    ],
  );

const section = (page: string, name: string, content: string): string =>
  page.replace(
    new RegExp(`(<!-- ${name} -->\n)[^]*?(\n<!-- /${name} -->)`),
    (_, begin, end) => `${begin}${content}${end}`,
  );

const cost = async (): Promise<void> => {
  parseArgs();
  const stack = packagedStack();
  const sizes = await measureSizes();
  const sections = {
    costs: `List prices of ${PRICES.date}, ${PRICES.region}, without free tiers.\n\n${byService(sizes, stack)}`,
    measured: measured(sizes, stack),
    assumed: table(
      ['assumed', 'value'],
      Object.entries(ASSUMPTIONS).map(([name, value]) => [`\`${name}\``, String(value)]),
    ),
    gateways: `${gateways()}\n\nFrom ${[...new Set(GATEWAYS.map(({ source }) => source))].join('; ')}; read on 2026-09-20.`,
  };
  const page = Object.entries(sections).reduce(
    (text, [name, content]) => section(text, name, content),
    readFileSync(PAGE, 'utf8'),
  );
  writeFileSync(PAGE, page);
  say(`${sections.costs}\n\n${sections.measured}\n\n${sections.gateways}\n\nWritten to docs/cost.md`);
};

await runCommand(cost, USAGE);

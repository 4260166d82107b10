import { parseArgs } from 'node:util';
import { runCommand, say } from './lib/command.ts';
import { costTables } from './lib/cost.ts';

const USAGE = `Usage: npm run cost

Prints what a month of a deployed stage costs by list prices, as docs/cost.md has it.`;

const cost = async (): Promise<void> => {
  parseArgs();
  say(costTables());
};

await runCommand(cost, USAGE);

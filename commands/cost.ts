import { runCommand } from './lib/command.ts';
import { costTables, PARTS } from './lib/cost.ts';

const USAGE = `Usage: npm run cost

Prints what a month of a deployed stage costs by list prices, as docs/cost.md has it. Every stage costs the same.
`;

await runCommand({
  usage: USAGE,
  ofAnyStage: true,
  run: async () => ({ text: costTables(), data: { parts: PARTS } }),
});

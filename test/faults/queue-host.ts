import { startQueues } from '../../local/emulators.ts';

const [port, dataDir] = process.argv.slice(2);
await startQueues(Number(port), dataDir, { release: true });
process.send?.(Number(port));
process.on('disconnect', () => process.exit());

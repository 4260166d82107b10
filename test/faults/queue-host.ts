import { setTimeout as sleep } from 'node:timers/promises';
import { type Emulator, startQueues } from '../../local/emulators.ts';

const [port, dataDir] = process.argv.slice(2);

// For a moment a client's socket may have the port.
const start = (): Promise<Emulator> =>
  startQueues(Number(port), dataDir, { release: true }).catch(async (error) => {
    if (error.code !== 'EADDRINUSE') throw error;
    await sleep(100);
    return start();
  });

await start();
process.send?.(Number(port));
process.on('disconnect', () => process.exit());

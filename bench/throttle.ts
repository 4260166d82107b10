import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Throttle } from '../fixtures/lambda.ts';

// Lambda: one vCPU at 1,769 MB, in proportion.
const MB_PER_CPU = 1769;
// Short, so that a call is slowed down evenly.
const PERIOD_US = 20_000;

/**
 * Gives a process the share of one CPU that Lambda gives the memory size: by a control group if
 * this user may make one, else by stopping and continuing the process.
 */
export const createThrottle = (memoryMb: number): Throttle => {
  const share = memoryMb / MB_PER_CPU;
  const quotaUs = Math.round(PERIOD_US * share);
  const { method, ...throttle } = cgroup(quotaUs) ?? signals(quotaUs);
  return { ...throttle, description: `${memoryMb} MB (${share.toFixed(2)} CPU, by ${method})` };
};

type Method = Omit<Throttle, 'description'> & { method: string };

const CGROUP_V1 = '/sys/fs/cgroup/cpu';
const CGROUP_V2 = '/sys/fs/cgroup';

const cgroup = (quotaUs: number): Method | undefined => {
  const [root, version] = existsSync(join(CGROUP_V1, 'cgroup.procs')) ? [CGROUP_V1, 1] : [CGROUP_V2, 2];
  const group = join(root, `bench-${process.pid}`);
  try {
    mkdirSync(group);
  } catch {
    return undefined;
  }
  const close = () => rmdirSync(group);
  try {
    const write = (file: string, text: string) => writeFileSync(join(group, file), text);
    if (version === 1) {
      write('cpu.cfs_period_us', String(PERIOD_US));
      write('cpu.cfs_quota_us', String(quotaUs));
    } else {
      write('cpu.max', `${quotaUs} ${PERIOD_US}`);
    }
    const apply = (pid: number) => {
      write('cgroup.procs', String(pid));
      return () => {};
    };
    return { method: `cgroup v${version}`, apply, close };
  } catch {
    close();
    return undefined;
  }
};

const signals = (quotaUs: number): Method => ({
  method: 'SIGSTOP and SIGCONT',
  apply: (pid) => {
    let stop: NodeJS.Timeout;
    const period = setInterval(() => {
      process.kill(pid, 'SIGCONT');
      stop = setTimeout(() => process.kill(pid, 'SIGSTOP'), quotaUs / 1000);
    }, PERIOD_US / 1000);
    return () => {
      clearInterval(period);
      clearTimeout(stop);
      process.kill(pid, 'SIGCONT');
    };
  },
  close: () => {},
});

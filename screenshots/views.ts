/** A picture of the page: an address, and how it is looked at. */
export type Shot = {
  name: string;
  /** `{call}` is the key of a call that was recorded. */
  path: string;
  isPhone?: boolean;
  language?: 'en' | 'zh';
  theme?: 'light' | 'dark';
};

/** The pictures of docs/images, each view on a screen and on a telephone. */
export const SHOTS: readonly Shot[] = [
  { name: 'calls', path: '/calls?period=7d&call={call}' },
  { name: 'calls-zh', path: '/calls?period=7d', language: 'zh', theme: 'dark' },
  { name: 'calls-phone', path: '/calls?period=7d', isPhone: true },
  { name: 'call', path: '/call?pk={call}' },
  { name: 'call-zh', path: '/call?pk={call}', language: 'zh', theme: 'dark' },
  { name: 'call-phone', path: '/call?pk={call}', isPhone: true },
  { name: 'reports', path: '/reports?period=7d' },
  { name: 'reports-zh', path: '/reports?period=yesterday', language: 'zh', theme: 'dark' },
  { name: 'reports-phone', path: '/reports?period=yesterday', isPhone: true },
  { name: 'status', path: '/status' },
  { name: 'status-zh', path: '/status', language: 'zh', theme: 'dark' },
  { name: 'status-phone', path: '/status', isPhone: true },
];

import { type Random, randomOf } from './random.ts';

/** Somebody who calls or is called, with a number that nobody has. */
export type Customer = { number: string; name: string; region: string; carrier: string };

/** An agent of Call Center, with an account and a nickname. */
export const CC_AGENTS = [
  { agentName: 'fang.cheng@example.com', agentNickName: 'Fang Cheng' },
  { agentName: 'chen.wei@example.com', agentNickName: 'Chen Wei' },
  { agentName: 'li.na@example.com', agentNickName: 'Li Na' },
  { agentName: 'wang.xiaoming@example.com', agentNickName: '王小明' },
  { agentName: 'amy.wong@example.com', agentNickName: 'Amy Wong' },
  { agentName: 'maria.santos@example.com', agentNickName: 'Maria Santos' },
  { agentName: 'NX0944500555', agentNickName: 'Jonathan Featherstonehaugh-Beauchamp' },
] as const;

/** An agent of ICC: an id of 19 digits and a name. */
export const ICC_AGENTS = [
  { staffId: '1604763745256783101', staffName: '陈思雨', skillSetId: '01105165055501Zx' },
  { staffId: '1604763745256783102', staffName: '黄志强', skillSetId: '01105165055501Zx' },
  { staffId: '1604763745256783103', staffName: '林婉仪', skillSetId: '01105165055502Sh' },
  { staffId: '1604763745256783104', staffName: '周杰', skillSetId: '01105165055502Sh' },
  { staffId: '1604763745256783105', staffName: 'Grace Lam', skillSetId: '01105165055503Vp' },
] as const;

/** An agent of the predictive dialer: a seat's id, its telephone and a name. */
export const PREDICTIVE_AGENTS = [
  { agentid: '5550e026-d56b-4dc5-829c-7a7a9f2a0001', sipid: '1055501', username: 'Putri Lestari' },
  { agentid: '5550e026-d56b-4dc5-829c-7a7a9f2a0002', sipid: '1055502', username: 'Budi Santoso' },
  { agentid: '5550e026-d56b-4dc5-829c-7a7a9f2a0003', sipid: '1055503', username: 'Siti Rahayu' },
  { agentid: '5550e026-d56b-4dc5-829c-7a7a9f2a0004', sipid: '1055504', username: '李雪' },
] as const;

const NAMES = [
  '张伟',
  '王芳',
  '刘洋',
  '陈静',
  '杨帆',
  '赵敏',
  '吴迪',
  '徐丽',
  '孙浩',
  '何欢',
  'Wong Ka Yan',
  'Ho Tsz Kit',
  'Emma Clarke',
  'Rizky Pratama',
] as const; // prettier-ignore

const REGIONS = [
  ['广东-深圳', '中国移动'],
  ['上海-上海', '中国联通'],
  ['四川-成都', '中国电信'],
  ['浙江-杭州', '中国移动'],
] as const;

// These plans assign 5550 to nobody, and keep 7700 900 and 555 01 for fiction. No two share their
// last seven digits.
const NUMBERS = [
  (n: number) => `852${5_550_0000 + n}`,
  (n: number) => `139${5_550_3000 + n}`,
  (n: number) => `62812${5_550_6000 + n}`,
  (n: number) => `447700900${100 + (n % 900)}`,
  (n: number) => `1202555${String(100 + (n % 100)).padStart(4, '0')}`,
] as const;

export const MAINLAND = 1;

/** The n-th customer who calls from a country: always the same one. */
const customer = (country: number, n: number): Customer => {
  const random = randomOf(`customer ${country} ${n}`);
  const [region, carrier] = country === MAINLAND ? random.pick(REGIONS) : ['', ''];
  const number = (NUMBERS[country] ?? NUMBERS[0])(n);
  return { number, name: random.chance(0.6) ? random.pick(NAMES) : '', region, carrier };
};

const REGULARS = 25;
const OTHERS = 2_500;

/** A customer; one in six calls comes from a regular. */
export const customerOf = (random: Random, countries: readonly (readonly [number, number])[]): Customer => {
  const country = random.weighted(countries);
  return customer(
    country,
    random.chance(0.16) ? random.between(0, REGULARS) : random.between(REGULARS, OTHERS),
  );
};

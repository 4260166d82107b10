import { describe, expect, test } from 'vitest';
import { parseNetworks } from '../../shared/receiving/networks.ts';

describe('networks', () => {
  test.each([
    ['203.0.113.0/24', '203.0.113.255'],
    ['203.0.113.7', '203.0.113.7'],
    ['203.0.113.7/32 , 198.51.100.0/25', '198.51.100.127'],
    ['2001:db8::/32', '2001:db8:ffff::1'],
    ['203.0.113.0/24', '::ffff:203.0.113.9'],
    ['0.0.0.0/0', '192.0.2.1'],
    ['', '192.0.2.1'],
    ['  ', 'anything'],
  ])('of %j let in %s', (networks, address) => {
    expect(parseNetworks(networks)(address)).toBe(true);
  });

  test.each([
    ['203.0.113.0/24', '203.0.114.0'],
    ['203.0.113.7', '203.0.113.8'],
    ['198.51.100.0/25', '198.51.100.128'],
    ['2001:db8::/32', '2001:db9::1'],
    ['2001:db8::/32', '203.0.113.9'],
    ['203.0.113.0/24', ''],
    ['203.0.113.0/24', '203.0.113.9, 192.0.2.1'],
  ])('of %j keep out %j', (networks, address) => {
    expect(parseNetworks(networks)(address)).toBe(false);
  });

  test.each([
    '203.0.113.0/33',
    '203.0.113/24',
    '203.0.113.0/',
    '2001:db8::/129',
    'nxcloud.com',
    '*',
    ',',
    '203.0.113.0/24,',
    '203.0.113.0/24;198.51.100.0/24',
    '203.0.113.0/-1',
  ])('that cannot be read stop the function: %j', (networks) => {
    expect(() => parseNetworks(networks)).toThrow(/^ALLOWED_NETWORKS: ".*" is not a network/);
  });
});

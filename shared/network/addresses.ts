import { BlockList, isIP } from 'node:net';

const listOf = (family: 'ipv4' | 'ipv6', networks: string): BlockList => {
  const list = new BlockList();
  for (const network of networks.split(' ')) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};

// The special-purpose networks in IANA's registries that are not global.
const SPECIAL_V4 = listOf(
  'ipv4',
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
);
const GLOBAL_V6 = listOf('ipv6', '2000::/3');
// Teredo and 6to4 carry an IPv4 address inside.
const SPECIAL_V6 = listOf('ipv6', '2001::/23 2001:db8::/32 2002::/16 3fff::/20');
const LOOPBACK_V4 = listOf('ipv4', '127.0.0.0/8');

/** Whether an address belongs to the public Internet. */
export const isPublic = (address: string): boolean => {
  if (isIP(address) === 4) return !SPECIAL_V4.check(address, 'ipv4');
  // Mapped, translated, link-local and unique local addresses are not global.
  return isIP(address) === 6 && GLOBAL_V6.check(address, 'ipv6') && !SPECIAL_V6.check(address, 'ipv6');
};

/** Whether an address is this machine's. */
export const isLoopback = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && LOOPBACK_V4.check(address, 'ipv4'));

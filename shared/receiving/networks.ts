import { BlockList, isIP } from 'node:net';

const CIDR = /^([^/]+)(?:\/(\d{1,3}))?$/;

/**
 * A test for addresses in networks, given as comma-separated CIDR (`203.0.113.0/24, 2001:db8::/32`,
 * or single addresses). An empty text admits every address. Throws if one of them is not a network.
 */
export const parseNetworks = (written: string): ((address: string) => boolean) => {
  if (written.trim() === '') return () => true;
  const allowed = new BlockList();
  for (const network of written.split(',').map((part) => part.trim())) {
    const [, address = '', prefix] = CIDR.exec(network) ?? [];
    const bits = isIP(address) === 4 ? 32 : 128;
    if (isIP(address) === 0 || Number(prefix ?? bits) > bits) {
      throw new Error(`ALLOWED_NETWORKS: "${network}" is not a network; write it like 203.0.113.0/24.`);
    }
    allowed.addSubnet(address, Number(prefix ?? bits), family(address));
  }
  return (address) => isIP(address) !== 0 && allowed.check(address, family(address));
};

const family = (address: string) => (isIP(address) === 4 ? 'ipv4' : 'ipv6');

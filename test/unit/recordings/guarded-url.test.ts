import type { LookupAddress } from 'node:dns';
import { describe, expect, test } from 'vitest';
import { isLoopback, isPublic } from '../../../shared/network/addresses.ts';
import { parseHosts } from '../../../shared/recordings/hosts.ts';
import { type OpenOptions, openUrl } from '../../../shared/recordings/open-url.ts';
import { Unfetched } from '../../../shared/recordings/unfetched.ts';

/** A name server that gives every name these addresses. */
const resolving = (...addresses: string[]): NonNullable<OpenOptions['lookup']> => {
  const list = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
  const lookup = (_name: string, _options: object, done: (error: null, found: LookupAddress[]) => void) =>
    done(null, list);
  return lookup as unknown as NonNullable<OpenOptions['lookup']>;
};

const attempt = async (url: string, options: Partial<OpenOptions> = {}): Promise<unknown> => {
  const signal = AbortSignal.timeout(5_000);
  const lookup = resolving('93.184.216.34');
  const opened = openUrl(url, { isHost: () => true, takesLoopback: false, signal, lookup, ...options });
  return opened.catch((error) => error);
};

const expectRefused = (problem: unknown) => {
  expect(problem).toBeInstanceOf(Unfetched);
  expect(problem).toMatchObject({ isFinal: true, message: expect.stringMatching(/^refused: /) });
};

describe('only a public https host is contacted', () => {
  test.each([
    ['the loopback address', 'https://127.0.0.1/a.mp3'],
    ['another loopback address', 'https://127.8.8.8/a.mp3'],
    ['the loopback address as a decimal', 'https://2130706433/'],
    ['the loopback address as hex', 'https://0x7f000001/'],
    ['the loopback address as octal', 'https://0177.0.0.1/'],
    ['the loopback address in parts', 'https://0x7f.1/'],
    ['the loopback address percent-encoded', 'https://%31%32%37.0.0.1/'],
    ['the loopback address in full-width digits', 'https://１２７.０.０.１/'],
    ['the loopback address with ideographic stops', 'https://127。0。0。1/'],
    ['the loopback address with a final dot', 'https://127.0.0.1./'],
    ['the loopback address of IPv6', 'https://[::1]/'],
    ['the loopback address of IPv6 in full', 'https://[0:0:0:0:0:0:0:1]/'],
    ['the loopback address mapped to IPv6', 'https://[::ffff:127.0.0.1]/'],
    ['the loopback address mapped to IPv6 as hex', 'https://[::ffff:7f00:1]/'],
    ['the loopback address in the compatible form', 'https://[::127.0.0.1]/'],
    ['no address', 'https://0/'],
    ['no address of IPv6', 'https://[::]/'],
    ['the metadata address', 'https://169.254.169.254/latest/meta-data/'],
    ['the metadata address as a decimal', 'https://2852039166/'],
    ['the metadata address as hex', 'https://0xa9fea9fe/'],
    ['the metadata address mapped to IPv6', 'https://[::ffff:a9fe:a9fe]/'],
    ['the metadata address translated by NAT64', 'https://[64:ff9b::a9fe:a9fe]/'],
    ['the metadata address translated locally', 'https://[64:ff9b:1::a9fe:a9fe]/'],
    ['the metadata address by 6to4', 'https://[2002:a9fe:a9fe::1]/'],
    ['the metadata address by Teredo', 'https://[2001:0:a9fe:a9fe::1]/'],
    ['the metadata address of IPv6', 'https://[fd00:ec2::254]/'],
    ['the credentials of a task', 'https://169.254.170.2/v2/credentials/'],
    ['the credentials of a pod', 'https://[fd00:ec2::23]/'],
    ['a private network', 'https://10.1.2.3/'],
    ['another private network', 'https://172.31.255.255/'],
    ['a home network', 'https://192.168.0.1/'],
    ["a carrier's network, where other clouds have metadata", 'https://100.100.100.200/'],
    ['a network for benchmarks', 'https://198.18.0.1/'],
    ['a multicast address', 'https://224.0.0.1/'],
    ['the broadcast address', 'https://255.255.255.255/'],
    ['a link-local address', 'https://[fe80::1]/'],
    ['a unique local address', 'https://[fc00::1]/'],
    ['a multicast address of IPv6', 'https://[ff02::1]/'],
    ['a documentation address', 'https://[2001:db8::1]/'],
    ['http', 'http://record.example.com/a.mp3'],
    ['http to a public address', 'http://93.184.216.34/a.mp3'],
    ['a file', 'file:///etc/passwd'],
    ['an ftp server', 'ftp://record.example.com/a.mp3'],
    ['data', 'data:audio/mpeg;base64,SUQz'],
    ['a script', 'javascript:alert(1)'],
    ['a user name and a password', 'https://user:secret@record.example.com/'],
    ['a user name that looks like a host', 'https://record.example.com@169.254.169.254/'],
    ['a password', 'https://:secret@record.example.com/'],
    ['a path', '/a.mp3'],
    ['an empty text', ''],
    ['a host that is none', 'https://[::ffff:999.0.0.1]/'],
  ])('not %s: %s', async (_, url) => {
    expectRefused(await attempt(url));
  });
});

test('http is refused before the name is looked up', async () => {
  const lookup = resolving();

  expectRefused(await attempt('http://record.example.com/a.mp3', { lookup }));
});

describe('a name is contacted only if every address of it is public', () => {
  test.each([
    ['localhost', ['127.0.0.1']],
    ['localhost.', ['127.0.0.1']],
    ['localhost', ['::1']],
    ['metadata.google.internal', ['169.254.169.254']],
    ['instance-data.ec2.internal', ['fd00:ec2::254']],
    ['127.0.0.1.nip.io', ['127.0.0.1']],
    ['mapped.example.com', ['::ffff:10.0.0.1']],
    ['translated.example.com', ['64:ff9b::a00:1']],
    ['first.example.com', ['10.0.0.1', '93.184.216.34']],
    ['last.example.com', ['93.184.216.34', '10.0.0.1']],
    ['scoped.example.com', ['fe80::1%eth0']],
    ['garbage.example.com', ['not an address']],
  ])('%s at %j is not', async (host, addresses) => {
    expectRefused(await attempt(`https://${host}/a.mp3`, { lookup: resolving(...addresses) }));
  });

  test('a name without any address may get one later', async () => {
    const problem = await attempt('https://record.example.com/', { lookup: resolving() });

    expect(problem).toMatchObject({ isFinal: false, message: 'its host has no address' });
  });
});

test.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '2a05:d018::1'])(
  '%s is public',
  (address) => expect(isPublic(address)).toBe(true),
);

test.each([
  ['127.0.0.1', true],
  ['127.255.255.254', true],
  ['::1', true],
  ['128.0.0.1', false],
  ['0.0.0.0', false],
  ['::ffff:127.0.0.1', false],
])('%s is loopback: %s', (address, expected) => expect(isLoopback(address)).toBe(expected));

describe('stage local may contact this machine, and nothing else that is not public', () => {
  test.each([
    ['http://10.0.0.1/a.mp3', []],
    ['http://169.254.169.254/', []],
    ['https://192.168.0.1/', []],
    ['http://93.184.216.34/a.mp3', []],
    ['http://record.example.com/', ['93.184.216.34']],
    ['http://nas.local/', ['192.168.0.2']],
    ['http://localhost/', ['127.0.0.1', '10.0.0.1']],
  ])('not %s at %j', async (url, addresses) => {
    expectRefused(await attempt(url, { takesLoopback: true, lookup: resolving(...addresses) }));
  });
});

describe('RECORDING_HOSTS', () => {
  const isHost = parseHosts('record.example.com, *.Example.net');

  test.each([
    ['record.example.com', true],
    ['record.example.com.', true],
    ['example.com', false],
    ['a.record.example.com', false],
    ['record.example.com.evil.example', false],
    ['a.example.net', true],
    ['a.b.example.net', true],
    ['example.net', false],
    ['evilexample.net', false],
  ])('%s: %s', (host, expected) => expect(isHost(host)).toBe(expected));

  test('narrows which hosts are allowed, addresses included', async () => {
    expectRefused(await attempt('https://other.example.com/', { isHost }));
    expectRefused(await attempt('https://93.184.216.34/', { isHost }));
    expectRefused(await attempt('https://RECORD.example.com@other.example.com/', { isHost }));
  });

  test('allows any host if it is empty', () => expect(parseHosts(' ')('anything.example')).toBe(true));

  test.each([
    'https://record.example.com',
    'record.example.com/',
    'a b',
    '*',
    '*.',
    'a,,b',
    'record_.example',
  ])('"%s" is none', (written) => expect(() => parseHosts(written)).toThrow(/^RECORDING_HOSTS: /));
});

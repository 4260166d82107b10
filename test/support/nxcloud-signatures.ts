/** The credentials of NXCloud's worked examples, and when they were signed. */
export const EXAMPLE = {
  credentials: { accessKey: 'fme2na3kdi3ki', accessSecret: 'abciiiko2k3' },
  ts: 1655710885431,
};

const SEND = { bizType: 1, action: 'send', algorithm: 'md5' as const };
const LIST = {
  bizType: 8,
  action: 'cc',
  body: '{"startTime":1688140800,"endTime":1690819200,"answered":0,"direction":0,"size":100,"page":1}',
};

/** Signatures that NXCloud documents, and two of the list of calls that were computed apart from this project. */
export const SIGNATURES = [
  {
    ...{ of: 'Java and C#', ...SEND, body: '{"name":"牛小信","id":10001}' },
    sign: '87c3560d3331ae23f1021e2025722354',
  },
  {
    ...{ of: 'PHP and Go', ...SEND, body: '{"id":10001,"name":"牛小信"}' },
    sign: '7750759da06333f20d0640be09355e34',
  },
  {
    ...{ of: 'Python', ...SEND, body: '{"id": 10001, "name": "牛小信"}' },
    sign: 'd0c24a9886c629330d7f3f2056c65bc2',
  },
  {
    ...{ of: 'the list of calls', ...LIST, algorithm: 'md5' as const },
    sign: 'bce8ab84c0859699116a1247d3b34e75',
  },
  {
    ...{ of: 'the list of calls', ...LIST, algorithm: 'sha256' as const },
    sign: '72ddd846f316ab3bcb68253776986652d9aad3954fad16473aded5a216e74f10',
  },
];

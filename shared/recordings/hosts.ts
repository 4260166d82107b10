const NAME = /^(\*\.)?([a-z\d]([a-z\d-]*[a-z\d])?\.)*[a-z\d]([a-z\d-]*[a-z\d])?$/;

/**
 * A test for host names by a comma-separated list (`record.example.com, *.example.net`): a name
 * stands for itself, `*.` for every name below. An empty text admits every name. Throws if one of
 * them is not a host name.
 */
export const parseHosts = (written: string): ((host: string) => boolean) => {
  if (written.trim() === '') return () => true;
  const names = written.split(',').map((part) => part.trim().toLowerCase());
  for (const name of names) {
    if (!NAME.test(name)) {
      throw new Error(
        `RECORDING_HOSTS: "${name}" is not a host; write it like record.example.com or *.example.com.`,
      );
    }
  }
  return (host) => {
    const plain = host.replace(/\.$/, '');
    return names.some((name) => (name.startsWith('*.') ? plain.endsWith(name.slice(1)) : plain === name));
  };
};

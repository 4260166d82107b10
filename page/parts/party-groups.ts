const TELEPHONE = /^\+?\d{8,14}$/;
const SCHEME = /^(sips?|tel):/i;
const HOST_OR_PARAMETERS = /[@;].*$/s;

/**
 * `+852 5550 0142`: the last eight digits in groups of four. `sip:1001@203.0.113.9` becomes `1001`;
 * a name stays as it is.
 */
export const groupsOf = (written: string): string[] => {
  const bare = written.replace(SCHEME, '').replace(HOST_OR_PARAMETERS, '') || written;
  if (!TELEPHONE.test(bare)) return [bare];
  return [bare.slice(0, -8), bare.slice(-8, -4), bare.slice(-4)].filter((group) => group !== '');
};

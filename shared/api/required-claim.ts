type Claims = Readonly<Record<string, unknown>>;

/**
 * Whether a token with these claims may read calls: a claim must equal or contain the value of
 * `required`, `name=value` (`groups=calls`). An empty `required` admits every token; an unreadable
 * one admits none.
 */
export const hasRequiredClaim = (claims: Claims | undefined, required: string): boolean => {
  if (required === '') return true;
  const [, name = '', value = ''] = /^([^=]+)=(.+)$/s.exec(required) ?? [];
  if (value === '' || claims === undefined || !Object.hasOwn(claims, name)) return false;
  return valuesOf(claims[name]).includes(value);
};

// API Gateway writes a list as text, `[admin calls]`.
const valuesOf = (claim: unknown): string[] => {
  if (Array.isArray(claim)) return claim.map(String);
  const text = String(claim);
  const [, list] = /^\[(.*)\]$/s.exec(text) ?? [];
  return list === undefined ? [text] : list.split(/\s+/);
};

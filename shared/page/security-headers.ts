/** With whom the page speaks, besides the stage itself. */
export type Origins = {
  /** Where people sign in. */
  signIn: string[];
  /** Where recordings and exports are. */
  files: string[];
};

/** What keeps a browser from doing with the page what it is not for. With `origins` it is the page itself. */
export const securityHeaders = (origins?: Origins): Record<string, string> => ({
  'content-security-policy': origins ? policyOf(origins) : "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
  'x-content-type-options': 'nosniff',
});

const policyOf = ({ signIn, files }: Origins): string =>
  Object.entries({
    'default-src': ["'none'"],
    'script-src': ["'self'"],
    'style-src': ["'self'"],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'", ...signIn, ...files],
    'media-src': files.length > 0 ? files : ["'none'"],
    'form-action': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
  })
    .map(([directive, sources]) => [directive, ...sources].join(' '))
    .join('; ');

/** The origins that the page talks to, besides the stage itself. */
export type Origins = {
  /** The sign-in. */
  signIn: string[];
  /** Recordings and exports. */
  files: string[];
};

/** Headers that restrict what a browser does with the page. With `origins`, for the page itself. */
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

const LOOPBACK = /^(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether a Host header names this machine. A page whose name resolves to it (DNS rebinding) sends
 * its own name.
 */
export const isLoopback = (host = ''): boolean => LOOPBACK.test(host);

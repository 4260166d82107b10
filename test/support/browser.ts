/**
 * Follows redirects and keeps cookies, as a browser does, until it is sent to `until`; that
 * address.
 */
export const startBrowser = () => {
  const cookies = new Map<string, string>();

  const request = async (url: URL, method = 'GET'): Promise<Response> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { method, redirect: 'manual', headers: { cookie } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') cookies.delete(name);
      else cookies.set(name, value);
    }
    return response;
  };

  /**
   * Opens an address, or sends the form that is there; where that leads to, and what is shown
   * there.
   */
  const visit = async (url: URL, options: { method?: 'GET' | 'POST'; until: string }) => {
    let [at, response] = [url, await request(url, options.method)];
    for (let location = response.headers.get('location'); location; ) {
      at = new URL(location, at);
      if (at.href.startsWith(options.until)) return { at, text: '' };
      response = await request(at);
      location = response.headers.get('location');
    }
    return { at, text: await response.text() };
  };

  return { visit };
};

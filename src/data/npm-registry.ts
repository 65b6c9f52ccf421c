/**
 * Asks an npm registry (make-fetch-happen, the client of npm itself, with its retries, proxies and certificates). What a
 * registry sends is read to a bound, and one that falls silent is waited for a minute.
 */
import type { NpmSettings } from './npm-settings.js';

/** Soon enough for somebody who waits. */
const retry = { retries: 2, minTimeout: 1000, maxTimeout: 5000 } as const;
const silenceMs = 60_000;

/** Says that an answer is no good, with npm's code for it. */
export class BadAnswer extends Error {
  constructor(
    message: string,
    readonly code: 'ESIZE' | 'EFORM' | `E${number}`,
  ) {
    super(message);
  }
}

/** Says what to ask a registry for. */
export interface Question {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** More is an error. */
  readonly mostBytes: number;
}

/**
 * Asks, and gives the bytes of the answer as they come. Throws a BadAnswer for another status than 200, and for more
 * bytes.
 */
export async function* ask(
  { url, headers = {}, mostBytes }: Question,
  { registry, options }: NpmSettings,
): AsyncGenerator<Buffer, void> {
  const [{ default: fetch }, { getAuth }] = await Promise.all([
    import('make-fetch-happen'),
    import('npm-registry-fetch'),
  ]);
  const { token, auth, cert, key } = getAuth(url, { ...options, registry });
  const authorization = token === null ? auth && `Basic ${auth}` : `Bearer ${token}`;
  const ended = new AbortController();
  try {
    const { status, statusText, body } = await fetch(url, {
      timeout: silenceMs,
      ...options,
      ...(cert && { cert, key }),
      headers: { ...headers, ...(authorization && { authorization }) },
      proxy: options['httpsProxy'] ?? options['proxy'],
      retry: { ...retry, ...(options['fetchRetries'] !== undefined && { retries: options['fetchRetries'] }) },
      signal: ended.signal,
    });
    // The body of an error may be without end.
    if (status !== 200) throw new BadAnswer(`${status} ${statusText} - GET ${url}`, `E${status}`);
    let length = 0;
    for await (const piece of body) {
      length += piece.length;
      if (length > mostBytes) throw new BadAnswer(`more than ${mostBytes} bytes from ${url}`, 'ESIZE');
      yield piece;
    }
  } finally {
    ended.abort();
  }
}

/** Descriptions of a package are short. */
const mostDescriptionBytes = 2 ** 24;
/** Whatever registry lists it there, the one in use is meant. */
const publicHost = 'registry.npmjs.org';

/** Asks the registry where it has the tarball of a version. Throws a BadAnswer where it does not say so. */
export async function tarballUrl(name: string, version: string, settings: NpmSettings): Promise<string> {
  const url = `${settings.registry.replace(/\/+$/, '')}/${name}`;
  const headers = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*' };
  const pieces: Buffer[] = [];
  for await (const piece of ask({ url, headers, mostBytes: mostDescriptionBytes }, settings)) pieces.push(piece);
  const tarball = tarballIn(Buffer.concat(pieces).toString('utf8'), version, url);
  const { host, pathname } = new URL(tarball);
  return host === publicHost ? new URL(pathname, settings.registry).href : tarball;
}

type Versions = Readonly<Record<string, { readonly dist?: { readonly tarball?: unknown } } | undefined>>;

function tarballIn(text: string, version: string, url: string): string {
  let versions: Versions;
  try {
    versions = Object((Object(JSON.parse(text)) as { readonly versions?: unknown }).versions) as Versions;
  } catch {
    throw new BadAnswer(`something that is no JSON from ${url}`, 'EFORM');
  }
  if (!Object.hasOwn(versions, version)) throw new BadAnswer(`No matching version ${version}`, 'E404');
  const tarball = versions[version]?.dist?.tarball;
  if (typeof tarball === 'string' && /^https?:\/\//.test(tarball) && URL.canParse(tarball)) return tarball;
  throw new BadAnswer(`a description without the address of its tarball from ${url}`, 'EFORM');
}

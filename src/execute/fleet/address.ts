/** Where the Redis of a fleet is. Only here do a user and a password stand; nothing that is shown or kept has them. */
import { UserError } from '../../base/errors.js';
import { shown } from '../../base/shown.js';

/** Says where a Redis is, and how to log in to it. */
export interface RedisAddress {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly encrypted: boolean;
  readonly username: string | null;
  readonly password: string | null;
  /** The address without user and password, to be shown. */
  readonly shown: string;
}

const defaultPort = 6379;
const form = 'redis://[user:password@]host[:port][/database], or rediss:// for TLS';

/** Reads the address of a Redis. Throws a UserError, without user and password in it, where the text is none. */
export function parseAddress(text: string): RedisAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null) throw refusal('got what is no URL');
  if (!['redis:', 'rediss:'].includes(url.protocol)) throw refusal(`got ${shown(url.protocol)}`);
  if (url.hostname === '') throw refusal('got no host');
  if (url.search !== '' || url.hash !== '') throw refusal('got something behind the database');
  const database = /^\/?(\d{0,5})$/.exec(url.pathname)?.[1];
  if (database === undefined) throw refusal('got a database that is no number');
  const { host, port, encrypted } = {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port: url.port === '' ? defaultPort : Number(url.port),
    encrypted: url.protocol === 'rediss:',
  };
  return {
    host,
    port,
    database: Number(database),
    encrypted,
    username: decoded(url.username),
    password: decoded(url.password),
    shown: `${url.protocol}//${url.host}${database === '' ? '' : `/${database}`}`,
  };
}

/** Takes user and password out of whatever looks like an address in a text. */
export function withoutCredentials(text: string): string {
  return text.replace(/(\brediss?:\/\/)\S*@/gi, '$1');
}

function decoded(part: string): string | null {
  try {
    return part === '' ? null : decodeURIComponent(part);
  } catch {
    throw refusal('got a user or a password with a % that is not followed by two hexadecimal digits');
  }
}

function refusal(got: string): UserError {
  return new UserError(`--queue (HGMLP_QUEUE): expected ${form}; ${got}`);
}

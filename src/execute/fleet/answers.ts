/** The errors with which a Redis answers, or somebody else in its place: what they mean, and what to do. */
import { exitCodes, messageOf, UserError } from '../../base/errors.js';
import { withoutCredentials, type RedisAddress } from './address.js';

interface RedisFault {
  readonly sign: RegExp;
  /** What it says of the Redis, as it follows the address. */
  readonly what: string;
  readonly remedy: string;
  /** It may pass by itself, so that the same command may go on later. */
  readonly passing?: true;
}

/** The first that fits. Source: the error replies of redis/src, and of OpenSSL behind Node.js. */
const answers: readonly RedisFault[] = [
  {
    sign: /WRONGPASS|NOAUTH|invalid password|invalid username|without any password/i,
    what: 'refuses the user or the password',
    remedy: 'check user and password in --queue or HGMLP_QUEUE',
  },
  {
    sign: /NOPERM|no permissions|can't run this command/i,
    what: 'denies its user a command or a key',
    remedy: 'give that user what the page on fleets lists (docs/fleet.md)',
  },
  {
    sign: /READONLY/,
    what: 'is a replica, which takes no writes',
    remedy: 'name its master in --queue, or make it one (REPLICAOF NO ONE)',
  },
  { sign: /\bOOM\b/, what: 'has no memory left', remedy: 'raise its maxmemory, or delete keys', passing: true },
  {
    sign: /MISCONF/,
    what: 'cannot write to its disk',
    remedy: 'free space there; the log of Redis says more',
    passing: true,
  },
  {
    sign: /NOREPLICAS/,
    what: 'misses its replicas',
    remedy: 'start them, or lower min-replicas-to-write',
    passing: true,
  },
  { sign: /LOADING/, what: 'is still loading its data', remedy: 'try again once it has', passing: true },
  {
    sign: /MASTERDOWN/,
    what: 'is a replica that has lost its master',
    remedy: 'name the master in --queue, or bring it back',
    passing: true,
  },
  {
    sign: /\bBUSY\b/,
    what: 'is busy with a script',
    remedy: 'try again later, or end it with SCRIPT KILL',
    passing: true,
  },
  {
    sign: /WRONGTYPE/,
    what: 'holds keys of somebody else that begin with hgmlp:',
    remedy: 'delete them, or name another database (redis://host/1)',
  },
  {
    sign: /MOVED|\bASK\b|CROSSSLOT|CLUSTERDOWN|cluster mode|redis_mode:cluster/,
    what: 'is a node of a cluster, over which a queue cannot be spread',
    remedy: 'name a Redis that is not part of a cluster',
  },
  {
    sign: /redis_mode:sentinel/,
    what: 'is a Sentinel, which keeps no data',
    remedy: 'name the master that it watches',
  },
  {
    sign: /DENIED|protected mode/i,
    what: 'is in protected mode, in which it answers its own machine only',
    remedy: 'give it a password (requirepass), and name that in HGMLP_QUEUE',
  },
  {
    sign: /max(imum)? number of clients/i,
    what: 'has as many clients as it takes',
    remedy: 'raise its maxclients, or end some of them',
    passing: true,
  },
  {
    sign: /DB index/i,
    what: 'has no database of that number',
    remedy: 'name one that it has (0 to 15 unless it says otherwise), or raise its databases',
  },
  {
    sign: /unknown (sub)?command|redis_version/i,
    what: 'is too old, or has a command taken out',
    remedy: 'use Redis 6.2 or later, or Valkey, without rename-command',
  },
  {
    sign: /Protocol error|Unknown RESP type/,
    what: 'is no Redis, but something else that answers',
    remedy: 'check host and port, and TLS (rediss://)',
  },
  {
    sign: /wrong.version.number|speaks no TLS|EPROTO|packet length too long|unknown protocol/i,
    what: 'speaks no TLS',
    remedy: 'name it with redis://, or the port on which it does',
  },
  { sign: /speaks TLS/, what: 'speaks TLS', remedy: 'name it with rediss://' },
];

const certificate = /certificate|self.signed|altname|CERT_/i;
const passing =
  /ECONNREFUSED|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ECONNRESET|EAI_AGAIN|EPIPE|timed? ?out|no answer|closed/i;

/** Says what went wrong with a Redis, in one line without user and password. */
export function reasonOf(error: unknown): string {
  // Where a host has several addresses, each has an error of its own, and their sum no words.
  const [cause] = error instanceof AggregateError ? (error.errors as unknown[]) : [error];
  const [line = ''] = messageOf(cause).split('\n');
  return withoutCredentials(line.replace(/\. Please report this\.?$/, ''));
}

/**
 * Tells whether Redis has answered, and did not do what it was asked for: that changes nothing there, and may be tried
 * again.
 */
export function isRefused(error: unknown): boolean {
  // A command that waited for something is let go where a master becomes a replica; the next one hears why.
  if (!(error instanceof Error) || error.message.startsWith('UNBLOCKED')) return false;
  // The client aborts what was half sent when a connection broke, and names the command; other things are aborted as well.
  return ['ReplyError', 'ParserError'].includes(error.name) || (error.name === 'AbortError' && 'command' in error);
}

/** Explains an answer of a Redis that did its work before; null where nothing is known of it. */
export function knownAnswer(reason: string): Pick<RedisFault, 'what' | 'remedy'> | null {
  return answers.find(({ sign }) => sign.test(reason)) ?? null;
}

/** Tells whether more may be found out by asking who is there at all. */
export function isMute(error: unknown): boolean {
  return !(error instanceof UserError) && /EPIPE|ECONNRESET|ETIMEDOUT|no answer|closed/i.test(reasonOf(error));
}

/** Makes a UserError of what a Redis that cannot be used says, with exit code 75 where that may pass. */
export function inWords(error: unknown, { shown }: RedisAddress): UserError {
  if (error instanceof UserError) return error;
  const reason = reasonOf(error);
  if (certificate.test(reason)) {
    return new UserError(
      `${shown}: expected a certificate that can be trusted, got: ${reason}; name the file of its authority in ` +
        'NODE_EXTRA_CA_CERTS',
    );
  }
  const answer = answers.find(({ sign }) => sign.test(reason));
  const isPassing = answer === undefined ? passing.test(reason) : answer.passing === true;
  const exitCode = isPassing ? exitCodes.stoppedResumable : exitCodes.usage;
  if (answer?.what === reason) return new UserError(`${shown} ${reason}; ${answer.remedy}`, exitCode);
  if (answer !== undefined) return new UserError(`${shown} ${answer.what} (${reason}); ${answer.remedy}`, exitCode);
  const advice = 'check that Redis runs there, host, port and TLS (rediss://)';
  return new UserError(`${shown}: expected a Redis, got: ${reason}; ${advice}`, exitCode);
}

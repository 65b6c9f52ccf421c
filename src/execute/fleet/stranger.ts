/** Who answers at an address where the client got no answer that it understood: asked over connections of its own. */
import net from 'node:net';
import tls from 'node:tls';
import type { RedisAddress } from './address.js';

const answeringMs = 2_000;

/**
 * Finds out why an address gave no answer that the client understood: gives the error with which a Redis turns clients
 * away before they have asked for anything, or words for the wrong kind of connection; null where nothing is known.
 */
export async function askStranger({ host, port, encrypted }: RedisAddress): Promise<string | null> {
  const line = await firstLineOf(host, port);
  const isRedis = /^(-[A-Z]|\+PONG)/.test(line);
  if (encrypted) return isRedis ? 'speaks no TLS' : null;
  if (line.startsWith('-')) return line.slice(1);
  return !isRedis && (await speaksTls(host, port)) ? 'speaks TLS' : null;
}

/** What it says at once, or to a PING; empty where it says nothing. */
async function firstLineOf(host: string, port: number): Promise<string> {
  const socket = net.connect({ host, port, timeout: answeringMs });
  socket.on('connect', () => socket.write('PING\r\n'));
  socket.on('timeout', () => socket.destroy());
  // What was said before the connection broke counts.
  let text = '';
  socket
    .on('error', () => undefined)
    .on('data', (data) => {
      text += data.toString('latin1');
      if (text.includes('\n') || text.length > 1000) socket.destroy();
    });
  await new Promise((resolve) => socket.on('close', resolve));
  const [line = ''] = text.split('\r\n');
  return line;
}

async function speaksTls(host: string, port: number): Promise<boolean> {
  // Whom it trusts is no matter here: nothing is said over this connection.
  const socket = tls.connect({ host, port, timeout: answeringMs, rejectUnauthorized: false });
  let isSecure = false;
  socket.on('timeout', () => socket.destroy()).on('error', () => undefined);
  socket.on('secureConnect', () => {
    isSecure = true;
    socket.destroy();
  });
  await new Promise((resolve) => socket.on('close', resolve));
  return isSecure;
}

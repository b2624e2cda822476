// This program runs the functions of one of Auth.js's database adapters. It reads one JSON object a
// line and answers one a line:
//   {"method":"getUserByEmail","arguments":["ada@example.org"]}  →  {"answer":{…}}
// Times are texts such as 2023-11-14T22:13:20.123Z both ways. A failure answers {"error":"…"}. It
// prints `ready` once it listens. One method is Auth.js's as a whole:
//   {"method":"sendLink","arguments":[{"identifier":"ada@example.org","secret":"…"}]}
// It asks Auth.js to send a link to an address, and answers what would have been sent.
//
// Environment:
//   ADAPTER      which one: see stores.mjs (required)
//   ADAPTER_URL  where the database is (required)

import { createInterface } from 'node:readline';
import { Auth } from '@auth/core';
import { open } from './stores.mjs';

const TIMES = ['expires', 'emailVerified'];

function revived(argument) {
  if (typeof argument !== 'object' || argument === null) return argument;
  const times = TIMES.filter((name) => argument[name]).map((name) => [name, new Date(argument[name])]);
  return { ...argument, ...Object.fromEntries(times) };
}

/** Fills in Auth.js's form for an address, as a browser does. */
async function sendLink({ identifier, secret }) {
  let sent;
  const mail = {
    id: 'email',
    name: 'E-mail',
    type: 'email',
    maxAge: 86_400,
    sendVerificationRequest: async ({ token, url }) => void (sent = { token, url }),
  };
  const logger = { error: (error) => console.error(String(error)), warn() {}, debug() {} };
  const config = { adapter, secret, logger, trustHost: true, basePath: '/api/auth', providers: [mail] };
  const at = (path) => `http://localhost:3000/api/auth/${path}`;
  const form = await Auth(new Request(at('csrf')), config);
  const { csrfToken } = await form.json();
  const cookie = form.headers.getSetCookie().map((it) => it.split(';')[0]).join('; ');
  const body = new URLSearchParams({ csrfToken, email: identifier, callbackUrl: 'http://localhost:3000/' });
  await Auth(new Request(at('signin/email'), { method: 'POST', headers: { cookie }, body }), config);
  return sent;
}

const adapter = await open(process.env.ADAPTER, process.env.ADAPTER_URL);
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    const { method, arguments: given } = JSON.parse(line);
    const run = method === 'sendLink' ? sendLink : adapter[method];
    said = { answer: (await run(...given.map(revived))) ?? null };
  } catch (error) {
    said = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(said));
}
process.exit(0);

// This program is Auth.js itself behind a plain HTTP server, for comparing what both say on the
// wire. It listens on 127.0.0.1, is mounted at /api/auth and prints `ready <origin>` once it serves.
//
// Environment:
//   AUTHJS_PORT     port; 0 (default): any free one
//   AUTHJS_SECRET   the secret (required)
//   AUTHJS_ISSUER   the issuer of its OpenID provider (required)
//   AUTHJS_PROVIDERS  the ids that it is known under here, separated by spaces (default: op)
//   AUTHJS_ID       the client id there (default: authcore)
//   AUTHJS_CLIENT_SECRET  the client secret there (default: none)
//   AUTHJS_SCHEME   what visitors see before the host: http (default) or https
//   AUTHJS_ADAPTER  keeps users and sessions in a database: see stores.mjs (default: none, JWTs)
//   AUTHJS_ADAPTER_URL  where that database is

import { createServer } from 'node:http';
import { Auth } from '@auth/core';

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`authjs.mjs: ${name} is not set`);
    process.exit(2);
  }
  return value;
}

const config = {
  basePath: '/api/auth',
  secret: required('AUTHJS_SECRET'),
  trustHost: true,
  logger: { error: (error) => console.error(String(error)), warn() {}, debug() {} },
  providers: (process.env.AUTHJS_PROVIDERS ?? 'op').split(' ').map((id) => ({
    id,
    name: 'Example provider',
    type: 'oidc',
    issuer: required('AUTHJS_ISSUER'),
    clientId: process.env.AUTHJS_ID ?? 'authcore',
    clientSecret: process.env.AUTHJS_CLIENT_SECRET,
    checks: ['pkce', 'state', 'nonce'],
  })),
};
if (process.env.AUTHJS_ADAPTER) {
  const { open } = await import('./stores.mjs');
  config.adapter = await open(process.env.AUTHJS_ADAPTER, required('AUTHJS_ADAPTER_URL'));
}
const scheme = process.env.AUTHJS_SCHEME ?? 'http';

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length ? Buffer.concat(parts) : undefined;
}

const server = createServer(async (incoming, outgoing) => {
  const url = `${scheme}://${incoming.headers.host}${incoming.url}`;
  const answer = await Auth(
    new Request(url, {
      method: incoming.method,
      headers: incoming.headers,
      body: await body(incoming),
    }),
    config,
  );
  // One Set-Cookie line a cookie: joined into one line, browsers read only the first.
  const headers = [...answer.headers].filter(([name]) => name !== 'set-cookie');
  for (const cookie of answer.headers.getSetCookie()) headers.push(['set-cookie', cookie]);
  outgoing.writeHead(answer.status, headers.flat());
  outgoing.end(Buffer.from(await answer.arrayBuffer()));
});

server.listen(Number(process.env.AUTHJS_PORT ?? 0), '127.0.0.1', () => {
  console.log(`ready http://127.0.0.1:${server.address().port}`);
});

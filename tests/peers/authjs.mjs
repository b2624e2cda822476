// This program is Auth.js itself behind a plain HTTP server, for comparing what both say on the
// wire. It listens on 127.0.0.1, is mounted at /api/auth and prints `ready <origin>` once it serves.
//
// Environment:
//   AUTHJS_PORT     port; 0 (default): any free one
//   AUTHJS_SECRET   the secret (required)
//   AUTHJS_ISSUER   the issuer of its one OpenID provider, whose id is `op` (required)
//   AUTHJS_ID       the client id there (default: authcore)
//   AUTHJS_CLIENT_SECRET  the client secret there (default: none)

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
  providers: [
    {
      id: 'op',
      name: 'Example provider',
      type: 'oidc',
      issuer: required('AUTHJS_ISSUER'),
      clientId: process.env.AUTHJS_ID ?? 'authcore',
      clientSecret: process.env.AUTHJS_CLIENT_SECRET,
      checks: ['pkce', 'state', 'nonce'],
    },
  ],
};

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return parts.length ? Buffer.concat(parts) : undefined;
}

const server = createServer(async (incoming, outgoing) => {
  const url = `http://${incoming.headers.host}${incoming.url}`;
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

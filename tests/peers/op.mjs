// This program is the certified OpenID provider that whole logins are tested against. It listens on
// 127.0.0.1 and prints `ready <issuer>` once it serves.
//
// Environment:
//   OP_PORT           port; 0 (default): any free one
//   OP_CLIENT_ID      the one client (default: authcore)
//   OP_CLIENT_SECRET  its secret (required)
//   OP_REDIRECT_URIS  its redirect URIs, separated by spaces (required)
//   OP_CLIENT_AUTH    client_secret_basic (default) or client_secret_post
//   OP_SIGNING_ALG    RS256 (default) or ES256, for ID tokens
//   OP_ID_TOKEN       `subject` (default): claims come from UserInfo; `all`: they are in the ID token
//
// Its sign-in page takes any name. `login_hint` fills it in. The account `nobody` has no e-mail
// address, `unverified` has one that nobody has checked.

import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import Provider from 'oidc-provider';

function required(name) {
  const value = process.env[name];
  if (!value) {
    console.error(`op.mjs: ${name} is not set`);
    process.exit(2);
  }
  return value;
}

function key(kind, options, alg) {
  const { privateKey } = generateKeyPairSync(kind, options);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg}-1` };
}

function claims(account) {
  const all = { sub: account, name: account[0].toUpperCase() + account.slice(1) };
  if (account !== 'nobody') {
    all.email = `${account}@example.org`;
    all.email_verified = account !== 'unverified';
  }
  return all;
}

const escape = (text) => text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (uid, hint) => `<!doctype html><html lang="en"><title>Example provider</title>
<h1>Example provider</h1>
<form method="post" action="/interaction/${escape(uid)}">
<label>Account <input name="login" value="${escape(hint)}" required></label>
<button name="choice" value="enter">Sign in</button>
<button name="choice" value="cancel" formnovalidate>Cancel</button>
</form></html>`;

async function form(request) {
  let body = '';
  for await (const part of request) {
    body += part;
    if (body.length > 16_384) throw new Error('the form is too long');
  }
  return new URLSearchParams(body);
}

const server = createServer();
server.listen(Number(process.env.OP_PORT ?? 0), '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const secret = required('OP_CLIENT_SECRET');
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: process.env.OP_CLIENT_ID ?? 'authcore',
        client_secret: secret,
        redirect_uris: required('OP_REDIRECT_URIS').split(' '),
        token_endpoint_auth_method: process.env.OP_CLIENT_AUTH ?? 'client_secret_basic',
        id_token_signed_response_alg: process.env.OP_SIGNING_ALG ?? 'RS256',
        grant_types: ['authorization_code', 'refresh_token'],
        response_types: ['code'],
      },
    ],
    jwks: {
      keys: [
        key('rsa', { modulusLength: 2048 }, 'RS256'),
        key('ec', { namedCurve: 'P-256' }, 'ES256'),
      ],
    },
    claims: { openid: ['sub'], profile: ['name'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: process.env.OP_ID_TOKEN !== 'all',
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    // Without being asked for one; each is good once, and presented again ends all that came of the consent.
    issueRefreshToken: (_, client) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    cookies: { keys: [randomBytes(32).toString('hex')] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 600, Grant: 600, RefreshToken: 600 },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, id) => ({ accountId: id, claims: () => claims(id) }),
    // What the client asks for is granted: consent is not what these tests are about.
    async loadExistingGrant(ctx) {
      const { client, session, params } = ctx.oidc;
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
      grant.addOIDCScope(params.scope);
      await grant.save();
      return grant;
    },
  });

  // Tests speak plain HTTP on the loopback address.
  const serve = provider.callback();
  server.on('request', async (request, response) => {
    const uid = /^\/interaction\/([\w-]+)$/.exec(request.url)?.[1];
    if (!uid) return serve(request, response);
    try {
      if (request.method !== 'POST') {
        const { params } = await provider.interactionDetails(request, response);
        response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
        return response.end(page(uid, params.login_hint ?? ''));
      }
      const filled = await form(request);
      const login = filled.get('login');
      let result;
      if (filled.get('choice') === 'cancel') {
        result = { error: 'access_denied', error_description: 'the visitor pressed Cancel' };
      } else if (login) {
        result = { login: { accountId: login } };
      } else {
        throw new Error('the form names no account');
      }
      return await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    } catch (error) {
      console.error(error);
      response.writeHead(400, { 'content-type': 'text/plain' });
      return response.end('this sign-in is not known here');
    }
  });
  provider.on('server_error', (_, error) => console.error(error));
  console.log(`ready ${issuer}`);
});

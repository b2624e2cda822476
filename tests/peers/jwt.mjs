// This program seals and opens session tokens with Auth.js's own code. It reads one JSON object a
// line and answers one a line:
//   {"op":"encode","secret":…,"salt":…,"claims":{…},"maxAge":60}  →  {"token":"…"}
//   {"op":"decode","secret":…,"salt":…,"token":"…"}               →  {"claims":{…}}
// `secret` is a text or a list of texts, `salt` the session cookie's full name. A failure answers
// {"error":"…"}. It prints `ready` once it listens.

import { createInterface } from 'node:readline';
import { decode, encode } from '@auth/core/jwt';

async function answer({ op, secret, salt, token, claims, maxAge }) {
  if (op === 'encode') return { token: await encode({ token: claims, secret, salt, maxAge }) };
  if (op === 'decode') return { claims: await decode({ token, secret, salt }) };
  throw new Error(`there is no op ${op}`);
}

console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    said = await answer(JSON.parse(line));
  } catch (error) {
    said = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(said));
}

// This program runs the functions of one of Auth.js's database adapters. It reads one JSON object a
// line and answers one a line:
//   {"method":"getUserByEmail","arguments":["ada@example.org"]}  →  {"answer":{…}}
// Times are texts such as 2023-11-14T22:13:20.123Z both ways. A failure answers {"error":"…"}. It
// prints `ready` once it listens.
//
// Environment:
//   ADAPTER      which one: see stores.mjs (required)
//   ADAPTER_URL  where the database is (required)

import { createInterface } from 'node:readline';
import { open } from './stores.mjs';

const TIMES = ['expires', 'emailVerified'];

function revived(argument) {
  if (typeof argument !== 'object' || argument === null) return argument;
  const times = TIMES.filter((name) => argument[name]).map((name) => [name, new Date(argument[name])]);
  return { ...argument, ...Object.fromEntries(times) };
}

const adapter = await open(process.env.ADAPTER, process.env.ADAPTER_URL);
console.log('ready');
for await (const line of createInterface({ input: process.stdin })) {
  let said;
  try {
    const { method, arguments: given } = JSON.parse(line);
    said = { answer: (await adapter[method](...given.map(revived))) ?? null };
  } catch (error) {
    said = { error: String(error?.message ?? error) };
  }
  console.log(JSON.stringify(said));
}
process.exit(0);

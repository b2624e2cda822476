// This module opens Auth.js's own database adapters, for the programs that share a database with
// authcore.
//
//   pg                                      @auth/pg-adapter
//   drizzle-postgres, -mysql, -sqlite       @auth/drizzle-adapter
//   prisma-postgres, -mysql, -sqlite        @auth/prisma-adapter over Prisma's client, whose query
//                                           compiler is WebAssembly: it is generated here, and no
//                                           engine is fetched
//
// `open(kind, url)` answers the adapter.

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { DrizzleAdapter } from '@auth/drizzle-adapter';
import PostgresAdapter from '@auth/pg-adapter';
import { PrismaAdapter } from '@auth/prisma-adapter';
import { createClient } from '@libsql/client';
import { PrismaLibSql } from '@prisma/adapter-libsql';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { PrismaPg } from '@prisma/adapter-pg';
import { drizzle as drizzleSqlite } from 'drizzle-orm/libsql';
import { drizzle as drizzleMysql } from 'drizzle-orm/mysql2';
import { drizzle as drizzlePostgres } from 'drizzle-orm/node-postgres';
import mysql from 'mysql2/promise';
import pg from 'pg';

const here = fileURLToPath(new URL('.', import.meta.url));
const require = createRequire(import.meta.url);

// What Auth.js's guide adds to the models for each database.
const extras = {
  postgresql: { id: '', key: '@@id', text: '' },
  mysql: { id: 'id String @id @default(cuid())', key: '@@unique', text: '@db.Text' },
  sqlite: { id: 'id String @id @default(cuid())', key: '@@unique', text: '' },
};

const models = (provider) => {
  const { id, key, text } = extras[provider];
  const dates = 'createdAt DateTime @default(now())\n  updatedAt DateTime @updatedAt';
  const user = 'user User @relation(fields: [userId], references: [id], onDelete: Cascade)';
  return `datasource db {
  provider = "${provider}"
}
generator client {
  provider = "prisma-client-js"
  output   = "./client"
}
model User {
  id            String @id @default(cuid())
  name          String?
  email         String? @unique
  emailVerified DateTime?
  image         String?
  accounts      Account[]
  sessions      Session[]
  keys          Authenticator[]
  ${dates}
}
model Account {
  ${id}
  userId            String
  type              String
  provider          String
  providerAccountId String
  refresh_token     String? ${text}
  access_token      String? ${text}
  expires_at        Int?
  token_type        String?
  scope             String?
  id_token          String? ${text}
  session_state     String?
  ${dates}
  ${user}
  ${key}([provider, providerAccountId])
}
model Session {
  ${id}
  sessionToken String @unique
  userId       String
  expires      DateTime
  ${dates}
  ${user}
}
model VerificationToken {
  identifier String
  token      String
  expires    DateTime
  ${key}([identifier, token])
}
model Authenticator {
  credentialID         String @unique
  userId               String
  providerAccountId    String
  credentialPublicKey  String
  counter              Int
  credentialDeviceType String
  credentialBackedUp   Boolean
  transports           String?
  ${user}
  @@id([userId, credentialID])
}
`;
};

/** Auth.js's adapter over Prisma's client, generated into a folder that goes when it is loaded. */
async function prisma(provider, adapter) {
  const folder = await mkdtemp(join(here, 'node_modules/.prisma-'));
  try {
    const schema = join(folder, 'schema.prisma');
    await writeFile(schema, models(provider));
    // Only migrations need Prisma's engine; without a file in its place, it would be fetched.
    const engine = join(folder, 'engine');
    await writeFile(engine, '#!/bin/sh\nexit 0\n');
    await chmod(engine, 0o700);
    const command = [join(here, 'node_modules/prisma/build/index.js'), 'generate', '--schema', schema];
    const env = {
      ...process.env,
      PRISMA_SCHEMA_ENGINE_BINARY: engine,
      PRISMA_HIDE_UPDATE_MESSAGE: '1',
      CHECKPOINT_DISABLE: '1',
    };
    await promisify(execFile)(process.execPath, command, { env });
    const { PrismaClient } = require(join(folder, 'client'));
    const client = new PrismaClient({ adapter });
    // The first query loads the query compiler.
    await client.user.count();
    return PrismaAdapter(client);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** PostgreSQL's schema that a URL leads to: Prisma writes its name before each table's. */
function schemaOf(url) {
  const options = new URL(url).searchParams.get('options') ?? '';
  return /search_path=(\w+)/.exec(options)?.[1];
}

export async function open(kind, url) {
  switch (kind) {
    case 'pg':
      return PostgresAdapter(new pg.Pool({ connectionString: url, max: 4 }));
    case 'drizzle-postgres':
      return DrizzleAdapter(drizzlePostgres(new pg.Pool({ connectionString: url, max: 4 })));
    case 'drizzle-mysql':
      return DrizzleAdapter(drizzleMysql(mysql.createPool({ uri: url, connectionLimit: 4 })));
    case 'drizzle-sqlite':
      return DrizzleAdapter(drizzleSqlite(createClient({ url })));
    case 'prisma-postgres':
      return prisma('postgresql', new PrismaPg({ connectionString: url, max: 4 }, { schema: schemaOf(url) }));
    case 'prisma-mysql':
      return prisma('mysql', new PrismaMariaDb(url));
    case 'prisma-sqlite':
      return prisma('sqlite', new PrismaLibSql({ url }));
    default:
      throw new Error(`there is no adapter ${kind}`);
  }
}

-- The passkeys of @auth/drizzle-adapter, which it calls authenticators, where they are not there yet.

CREATE TABLE IF NOT EXISTS "{passkeys}" (
    "credentialID" TEXT NOT NULL UNIQUE,
    "userId" TEXT NOT NULL REFERENCES "{users}" ("id") ON DELETE CASCADE,
    "providerAccountId" TEXT NOT NULL,
    "credentialPublicKey" TEXT NOT NULL,
    "counter" INTEGER NOT NULL,
    "credentialDeviceType" TEXT NOT NULL,
    "credentialBackedUp" INTEGER NOT NULL,
    "transports" TEXT,
    PRIMARY KEY ("userId", "credentialID")
);

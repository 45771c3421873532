import { Client } from "pg";

/** A connection that sees one moment of the database for as long as it lasts, whatever limits its role has. */
export async function openSnapshot(databaseUrl: string): Promise<Client> {
  const client = await open(databaseUrl);
  await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
  // The first look fixes the moment.
  await client.query("SELECT 1");
  return client;
}

/** Lends a connection whose statements may take as long as they need. */
export async function withWriter<Value>(databaseUrl: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = await open(databaseUrl);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

async function open(databaseUrl: string): Promise<Client> {
  const client = new Client({ connectionString: databaseUrl, application_name: "adda backup" });
  // A lost connection shows by itself: the next statement fails.
  client.on("error", () => {});
  await client.connect();
  await client.query("SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0");
  return client;
}

import { expect, it } from "vitest";
import { connect } from "@/server/db/connect";
import { createTestDatabase } from "../support/database";

const STOPPED = new Error("terminating connection due to administrator command");

it("survives a connection that breaks in use, at rest, and when the pool let go of it", async () => {
  const database = await createTestDatabase();
  const { pool } = connect(database.url, { max: 1 });
  const client = await pool.connect();
  expect(() => client.emit("error", STOPPED)).not.toThrow();

  client.release();
  expect(() => client.emit("error", STOPPED)).not.toThrow();
  expect((await pool.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);

  const ending = pool.end();
  expect(() => client.emit("error", STOPPED)).not.toThrow();
  await ending;
  await database.stop();
});

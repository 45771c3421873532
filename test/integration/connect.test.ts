import { expect, it } from "vitest";
import { connect } from "@/server/db/connect";
import { createTestDatabase } from "../support/database";

it("survives the last error of a connection that the pool let go of", async () => {
  const database = await createTestDatabase();
  const { pool } = connect(database.url, { max: 1 });
  const client = await pool.connect();
  expect((await client.query("SELECT 1 AS one")).rows).toEqual([{ one: 1 }]);
  client.release();

  await pool.end();
  const stopped = new Error("terminating connection due to administrator command");
  expect(() => client.emit("error", stopped)).not.toThrow();
  await database.stop();
});

import { expect, it } from "vitest";
import { connect } from "@/server/db/connect";
import { createTestDatabase } from "../support/database";

it("survives that its database ends while its connections close", async () => {
  for (let round = 0; round < 10; round++) {
    const database = await createTestDatabase();
    const { pool } = connect(database.url, { max: 5 });
    const answers = await Promise.all(Array.from({ length: 5 }, () => pool.query("SELECT 1 AS one")));
    expect(answers.map(({ rows }) => rows[0].one)).toEqual([1, 1, 1, 1, 1]);

    // The database's end is the connections' end as well; an error that nobody hears would fail the run.
    await Promise.all([pool.end(), database.stop()]);
  }
});

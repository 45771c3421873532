import { expect, it } from "vitest";
import { isDatabaseAway } from "./database-away";

const errorOf = (message: string, code?: string) => Object.assign(new Error(message), { code });

/** As Prisma tells it. */
function ofRawQuery(originalCode: string, originalMessage: string): Error {
  const cause = { originalCode, originalMessage, kind: "postgres" };
  return Object.assign(errorOf("Raw query failed.", "P2010"), { meta: { driverAdapterError: { cause } } });
}

it.each([
  errorOf("connect ECONNREFUSED 127.0.0.1:5432", "ECONNREFUSED"),
  errorOf("terminating connection due to administrator command", "57P01"),
  errorOf("the database system is starting up", "57P03"),
  errorOf("Can't reach database server", "P1001"),
  errorOf("Connection terminated unexpectedly"),
  errorOf("canceling statement due to statement timeout", "57014"),
  errorOf("Query read timeout"),
  ofRawQuery("57014", "canceling statement due to statement timeout"),
])("a database that cannot be reached is away: %s", (error) => {
  expect(isDatabaseAway(error)).toBe(true);
});

it.each([
  errorOf("duplicate key", "23505"),
  ofRawQuery("23505", "duplicate key"),
  errorOf("x is not a function"),
  "ECONNREFUSED",
  null,
])("anything else is a fault: %s", (error) => {
  expect(isDatabaseAway(error)).toBe(false);
});

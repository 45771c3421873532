import { PrismaPg } from "@prisma/adapter-pg";
import { Pool } from "pg";
import { PrismaClient } from "./generated/client";

/** One pool that Prisma and our own SQL share. */
export function connect(databaseUrl: string, options: { max: number }): { pool: Pool; prisma: PrismaClient } {
  const pool = new Pool({ connectionString: databaseUrl, max: options.max, application_name: "adda" });
  return { pool, prisma: new PrismaClient({ adapter: new PrismaPg(pool) }) };
}

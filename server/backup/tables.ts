import type { Client } from "pg";

/** A table with the columns that are given to it, and not computed by it. */
export type Table = { name: string; columns: string[] };

/** What says how a database was made, and of its backups, is no part of what people have said. */
const LEFT_OUT = ["_prisma_migrations", "Backup"];

/**
 * The tables of a database, those before which another one refers to: filled in this order, no row is without its other.
 * @throws Error where tables refer to each other in a circle.
 */
export async function listTables(client: Client): Promise<Table[]> {
  const { rows: tables } = await client.query<Table>(
    `SELECT c.table_name AS name, array_agg(c.column_name::text ORDER BY c.ordinal_position) AS columns
     FROM information_schema.columns c
     JOIN information_schema.tables t USING (table_schema, table_name)
     WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
       AND c.table_name <> ALL($1)
     GROUP BY c.table_name ORDER BY c.table_name`,
    [LEFT_OUT],
  );
  const { rows: references } = await client.query<{ from: string; to: string }>(
    `SELECT a.relname AS from, b.relname AS to
     FROM pg_constraint k JOIN pg_class a ON a.oid = k.conrelid JOIN pg_class b ON b.oid = k.confrelid
     WHERE k.contype = 'f' AND a.relnamespace = current_schema()::regnamespace AND a.oid <> b.oid`,
  );

  const sorted: Table[] = [];
  const isSorted = (name: string) => sorted.some((table) => table.name === name);
  while (sorted.length < tables.length) {
    const next = tables.find(
      ({ name }) => !isSorted(name) && references.every(({ from, to }) => from !== name || isSorted(to)),
    );
    if (!next) throw new Error("Tables refer to each other in a circle: they cannot be filled one after the other.");
    sorted.push(next);
  }
  return sorted;
}

export async function countRows(client: Client, { name }: Pick<Table, "name">): Promise<number> {
  const { rows } = await client.query<{ count: number }>(`SELECT count(*)::float8 AS count FROM ${quote(name)}`);
  return rows[0]?.count ?? 0;
}

/** The table and its columns, as COPY takes them. */
export function copyTarget({ name, columns }: Table): string {
  return `${quote(name)} (${columns.map(quote).join(", ")})`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

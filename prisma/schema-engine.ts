import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { PrismaPg } from "@prisma/adapter-pg";
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from "@prisma/driver-adapter-utils";
import { Pool, type QueryConfig, type QueryResult, types } from "pg";

type Engine = typeof import("@prisma/schema-engine-wasm");

const SCHEMA = "prisma/schema.prisma";

/**
 * The SQL that leads from what a database is to what `schema.prisma` says; empty when it is that already.
 * Prisma's own engine tells it, as WebAssembly, so that nothing is downloaded.
 */
export async function diffToSchema(databaseUrl: string): Promise<string> {
  const content = readFileSync(SCHEMA, "utf8");
  const { SchemaEngine } = await loadEngine();
  const pool = new Pool({ connectionString: databaseUrl });
  const adapter = bindMigrationAwareSqlAdapterFactory(new SystemTablesAdapter(pool));
  const engine = await SchemaEngine.new({ datamodels: [[SCHEMA, content]] }, () => {}, adapter);
  try {
    const { stdout } = await engine.diff({
      from: { tag: "schemaDatasource", files: [{ path: SCHEMA, content }], configDir: "." },
      to: { tag: "schemaDatamodel", files: [{ path: SCHEMA, content }] },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    });
    return withoutComments(stdout ?? "");
  } finally {
    engine.free();
    await pool.end();
  }
}

/**
 * Prisma's own adapter, taught PostgreSQL's internal one-byte type "char": the engine reads system tables,
 * which use it, and no model can.
 */
class SystemTablesAdapter extends PrismaPg {
  readonly #charColumns = new WeakMap<object, number[]>();

  constructor(pool: Pool) {
    super(pool);
    const query = pool.query.bind(pool) as (config: QueryConfig) => Promise<QueryResult>;
    const queryAsText = async (config: QueryConfig) => {
      const result = await query(config);
      const chars = result.fields.filter((field) => field.dataTypeID === types.builtins.CHAR);
      for (const field of chars) field.dataTypeID = types.builtins.TEXT;
      this.#charColumns.set(
        result.rows,
        chars.map((field) => result.fields.indexOf(field)),
      );
      return result;
    };
    Object.assign(pool, { query: queryAsText });
  }

  override async connect() {
    const adapter = await super.connect();
    const queryRaw = adapter.queryRaw.bind(adapter);
    adapter.queryRaw = async (query) => {
      const result = await queryRaw(query);
      for (const index of this.#charColumns.get(result.rows) ?? []) {
        result.columnTypes[index] = ColumnTypeEnum.Character;
      }
      return result;
    };
    return adapter;
  }
}

let engineOnce: Promise<Engine> | undefined;

/** Once: the package remembers the memory of the first instance that it was given. */
function loadEngine(): Promise<Engine> {
  engineOnce ??= instantiateEngine();
  return engineOnce;
}

/** The package is made for bundlers, which load a `.wasm` by its import; Node is told how. */
async function instantiateEngine(): Promise<Engine> {
  const folder = dirname(createRequire(import.meta.url).resolve("@prisma/schema-engine-wasm"));
  const engine = await import(pathToFileURL(join(folder, "schema_engine_bg.js")).href);
  const module = new WebAssembly.Module(readFileSync(join(folder, "schema_engine_bg.wasm")));
  const { exports } = new WebAssembly.Instance(module, { "./schema_engine_bg.js": engine });
  engine.__wbg_set_wasm(exports);
  (exports.__wbindgen_start as () => void)();
  return engine;
}

function withoutComments(sql: string): string {
  return sql
    .split("\n")
    .filter((line) => !line.startsWith("--"))
    .join("\n")
    .trim();
}

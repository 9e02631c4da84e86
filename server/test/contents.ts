// For tests: everything that a server keeps, counted and compared: the rows of all tables, and the stored files.
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "../models/database.ts";
import type { Api } from "./api.ts";

/** Not written by requests. */
const apart = ["knex_migrations", "knex_migrations_lock"];

/** @returns rows by table, tables without a row left out */
export async function rowCounts(db: Database): Promise<Record<string, number>> {
  const tables = await tablesOf(db);
  const parts = tables.map((table) => `select '${table}' as name, count(*)::int as rows from "${table}"`);
  const { rows } = (await db.raw(parts.join(" union all "))) as { rows: { name: string; rows: number }[] };
  return Object.fromEntries(rows.filter((one) => one.rows > 0).map((one) => [one.name, one.rows]));
}

/** @returns every row of every table as text, under its table's name; @param except tables that are left out */
export async function everyRow(db: Database, except: string[] = []): Promise<Set<string>> {
  const tables = (await tablesOf(db)).filter((table) => !except.includes(table));
  const parts = tables.map((table) => `select '${table} ' || t::text as row from "${table}" t`);
  const { rows } = (await db.raw(parts.join(" union all "))) as { rows: { row: string }[] };
  return new Set(rows.map(({ row }) => row));
}

async function tablesOf(db: Database): Promise<string[]> {
  const { rows } = await db.raw("select tablename from pg_tables where schemaname = 'public' order by 1");
  return (rows as { tablename: string }[]).map(({ tablename }) => tablename).filter((name) => !apart.includes(name));
}

/** @returns names of what stands in the storage on disk */
export async function storedNames({ services }: Api): Promise<string[]> {
  const found = await readdir(join(services.config.dataDir, "files"), { recursive: true, withFileTypes: true });
  return found
    .filter((item) => item.isFile())
    .map((item) => join(item.parentPath, item.name))
    .sort();
}

// A log that keeps quiet, for tests.
import type { Logger } from "../ports.ts";

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

// What every part of the wire is made of: ids, times, pages of lists, and problems.

/** UUIDv7, made by the server. */
export type Id = string;
/** ISO 8601, UTC. */
export type Timestamp = string;

export interface Page<T> {
  /** Newest first. */
  data: T[];
  /** Opaque; pass it back as `?cursor=`. `null` at the end. */
  next_cursor: string | null;
}

/** RFC 9457 problem document: every failure on every path. Switch on `code`. */
export interface ProblemBody {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { pointer: string; detail: string }[];
}

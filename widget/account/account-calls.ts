// The calls that the account's screen makes.
import type { CallOptions, Page } from "@pagewise/sdk";

export interface Activity {
  id: string;
  event: string;
  subject: string | null;
  network: string | null;
  created_at: string;
}

export interface AccountCalls {
  users: {
    changePassword(passwords: { current_password: string; new_password: string }, options?: CallOptions): Promise<void>;
    endSessions(options?: CallOptions): Promise<void>;
    activity(query?: { limit?: number; cursor?: string }, options?: CallOptions): Promise<Page<Activity>>;
    delete(password: string, options?: CallOptions): Promise<void>;
  };
}

// The whole app: the sheet to sign in on, or the workspace.
import { useEffect, useRef } from "preact/hooks";
import { Frame } from "./frame.tsx";
import { Lazy } from "./parts/lazy.tsx";
import { useAccount } from "./shell-context.ts";
import { SignIn } from "./sign-in/sign-in.tsx";

const workspace = () => import("./workspace-part.ts");

export function AppView() {
  const { session, t } = useAccount();
  const app = useRef<HTMLDivElement>(null);
  const signedIn = session.status.value === "in";

  // Signing in or out takes away what had the focus: it goes to what has come instead.
  const before = useRef(signedIn);
  useEffect(() => {
    if (before.current === signedIn) return;
    before.current = signedIn;
    const next = signedIn ? app.current : app.current?.querySelector<HTMLElement>("[data-first]");
    next?.focus({ preventScroll: true });
  }, [signedIn]);

  return (
    <Frame label={t.name} app={app}>
      {signedIn ? <Lazy load={workspace} of={{}} /> : <SignIn onIntent={workspace} />}
    </Frame>
  );
}

import { expect, test } from "vitest";
import { networkOf, tooManyRequests } from "../limits.ts";

test("addresses of one line are one network, however they are spelled", () => {
  for (const spelled of ["203.0.113.1", "::ffff:203.0.113.1", "::FFFF:cb00:7101", "203.0.113.1:4711"])
    expect(networkOf(spelled)).toBe("203.0.113.1");
  const line = ["2001:db8:0:1::5", "2001:0DB8:0:1:ffff:1:2:3", "[2001:db8::1:0:0:0:9]:443", "2001:db8:0:1::%eth0"];
  expect(new Set(line.map(networkOf))).toEqual(new Set(["2001:db8:0:1"]));
  expect(networkOf("2001:db8:0:2::5")).toBe("2001:db8:0:2");
  expect(networkOf("::1")).toBe("0:0:0:0");
  expect(networkOf("203.0.113.2")).not.toBe(networkOf("203.0.113.1"));
});

test("what is no address is itself", () => {
  for (const odd of ["", "unknown", "1:2", ":::", "10.0.0.1.example"]) expect(networkOf(odd)).toBeTypeOf("string");
  expect(networkOf("unknown")).toBe("unknown");
});

test.each([
  [1, "one second", "1"],
  [59_400, "60 seconds", "60"],
  [600_000, "10 minutes", "600"],
  [86_400_000, "24 hours", "86400"],
])("a wait of %i ms is told as %s", (retryAfterMs, told, header) => {
  const problem = tooManyRequests("You have asked very much.", { retryAfterMs });
  expect(problem).toMatchObject({
    code: "too-many-requests",
    detail: `You have asked very much. Try again in ${told}.`,
    headers: { "Retry-After": header },
  });
});

// What is typed into the editor of an embed: tidied, checked, and told to the server as far as it was changed.
import { expect, test } from "vitest";
import { changesOf, checkDraft, draftOf, tidy } from "../embeds/draft.ts";
import { embedEnglish as t } from "../embeds/embed-strings.ts";
import { checkOrigin } from "../embeds/origin.ts";
import { anEmbed } from "./embeds-server.ts";

test.each([
  ["https://example.com", "https://example.com"],
  [" https://Example.COM/ ", "https://example.com"],
  ["https://example.com:443", "https://example.com"],
  ["http://localhost:3000", "http://localhost:3000"],
  ["https://müller.example", "https://xn--mller-kva.example"],
  ["http://[::1]:8080", "http://[::1]:8080"],
])("%s is the origin %s", (typed, origin) => {
  expect(checkOrigin(typed)).toEqual({ origin });
});

test.each([
  ["shop.example.com", "scheme", "https://shop.example.com"],
  ["//shop.example.com/a", "scheme", "https://shop.example.com"],
  ["localhost:3000", "scheme", "http://localhost:3000"],
  ["ftp://example.com", "scheme", "https://example.com"],
  ["javascript:alert(1)", "odd", null],
  ["example", "odd", null],
  ["null", "odd", null],
  ["*", "wildcard", null],
  ["*.example.com", "wildcard", null],
  ["https://example.com/help", "path", "https://example.com"],
  ["https://example.com/?", "path", "https://example.com"],
  ["https://example.com#top", "path", "https://example.com"],
  ["https://*.example.com", "wildcard", null],
  ["https://me@example.com", "user", "https://example.com"],
  ["https://", "odd", null],
  ["https:///example.com", "odd", null],
  ["https://exa mple.com", "odd", null],
  ["https://example.com:99999", "odd", null],
])("%s is none: %s, perhaps %s", (typed, fault, instead) => {
  expect(checkOrigin(typed)).toEqual({ fault, instead });
});

test("what is offered instead is an origin itself", () => {
  for (const typed of ["shop.example.com/x?y", "HTTP://Example.com/a", "localhost", "https://me:pw@example.com/"]) {
    const checked = checkOrigin(typed);
    const instead = "instead" in checked ? (checked.instead ?? "") : "";
    expect(checkOrigin(instead)).toEqual({ origin: instead });
  }
});

test("nothing was changed, however it is spelled", () => {
  const saved = anEmbed("Help", {
    allowed_origins: ["https://example.com"],
    theme: { marker: null, accent: "#8c2f22", scheme: "auto" },
    locale: "de-DE",
    daily_message_limit: 2000,
  });
  const draft = draftOf(saved);
  expect(changesOf(draft, saved)).toEqual({});
  const again = {
    ...draft,
    name: " Help ",
    allowed_origins: ["https://EXAMPLE.com/", " "],
    starters: ["", "  "],
    accent: "8C2F22",
    locale: "de_de",
    daily_message_limit: "2,000",
  };
  expect(changesOf(again, saved)).toEqual({});
});

test("only what was changed is told, the theme as a whole", () => {
  const saved = anEmbed("Help", { theme: { scheme: "auto", accent: "#8c2f22", marker: null } });
  const draft = { ...draftOf(saved), accent: "", marker: "#fe8", visitor_message_limit: "", locale: "pt-br" };
  expect(changesOf(draft, saved)).toEqual({
    theme: { scheme: "auto", accent: null, marker: "#ffee88" },
    visitor_message_limit: null,
    locale: "pt-BR",
  });
});

test("faults stand at their field, and nothing else does", () => {
  const draft = {
    ...draftOf(anEmbed("Help")),
    name: " ",
    allowed_origins: ["https://a.example", "b.example", "https://a.example/", "https://*.example"],
    accent: "red",
    marker: "#ffe871",
    locale: "german!",
    daily_message_limit: "0",
    visitor_message_limit: "ten",
    address_message_limit: "",
  };
  expect(Object.fromEntries(checkDraft(tidy(draft), t))).toEqual({
    "/name": { text: t.nameMissing },
    "/allowed_origins/1": { text: t.originScheme, instead: "https://b.example" },
    "/allowed_origins/2": { text: t.originTwice },
    "/allowed_origins/3": { text: t.originWildcard },
    "/theme/accent": { text: t.colourOdd },
    "/locale": { text: t.localeOdd },
    "/daily_message_limit": { text: t.limitOdd },
    "/visitor_message_limit": { text: t.limitOdd },
  });
  expect([...checkDraft(tidy(draftOf(anEmbed("Help"))), t)]).toEqual([]);
});

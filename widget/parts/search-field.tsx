// Where one types what a list is to be searched for.
import type { Signal } from "@preact/signals";
import { Icon } from "../icons.tsx";

export function SearchField({ query, label }: { query: Signal<string>; label: string }) {
  return (
    <div class="find">
      <Icon name="search" />
      <input
        class="input"
        type="search"
        placeholder={label}
        aria-label={label}
        enterkeyhint="search"
        maxLength={200}
        value={query.value}
        onInput={(event) => {
          query.value = event.currentTarget.value;
        }}
      />
    </div>
  );
}

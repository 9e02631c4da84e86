// The outline of a conversation that has not come yet.

/** What is on its way; seen only where it takes a while. */
export function Bones() {
  return (
    <div class="thread bones late" aria-hidden="true">
      <div class="bone bone-ask" />
      <div class="bone" />
      <div class="bone" />
      <div class="bone bone-short" />
    </div>
  );
}

// The site's own script: signs people in, and tells the widget who is there.
const { key, signedIn } = document.currentScript.dataset;

/** Asked for at the beginning of each session, some four times an hour. */
async function identityToken() {
  const answer = await fetch("/pagewise-token");
  if (answer.status === 204) return null; // nobody is signed in
  if (!answer.ok) throw new Error(`/pagewise-token: ${answer.status}`);
  return answer.text();
}

const post = (path, body) => fetch(path, { method: "POST", body });
const sayWho = (name) => {
  document.querySelector("#who").textContent = name ? `${name} is signed in.` : "Nobody is signed in.";
};
sayWho(signedIn);

window.Pagewise ||= [];
window.Pagewise.push((pagewise) => {
  const widget = pagewise.mount({ key, identityToken });
  document.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name");
    await post("/sign-in", name);
    widget.identify(identityToken);
    sayWho(name);
  };
  document.querySelector("#sign-out").onclick = async () => {
    await post("/sign-out");
    widget.identify(null);
    sayWho("");
  };
});

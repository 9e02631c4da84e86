// The site's own script: signs people in, and tells the widget who is there.
const { key, signedIn } = document.currentScript.dataset;

/** Asked for at the beginning of each session, some four times an hour. */
async function identityToken() {
  const answer = await fetch("/pagewise-token");
  if (!answer.ok) throw new Error("nobody is signed in");
  return answer.text();
}

const post = (path, body) => fetch(path, { method: "POST", body });
const say = (text) => {
  document.querySelector("#who").textContent = text;
};

window.Pagewise ||= [];
window.Pagewise.push((pagewise) => {
  const widget = pagewise.mount(signedIn === "yes" ? { key, identityToken } : { key });
  document.querySelector("form").onsubmit = async (event) => {
    event.preventDefault();
    const name = new FormData(event.target).get("name");
    await post("/sign-in", name);
    widget.identify(identityToken);
    say(`${name} is signed in.`);
  };
  document.querySelector("#sign-out").onclick = async () => {
    await post("/sign-out");
    widget.identify(null);
    say("Nobody is signed in.");
  };
});

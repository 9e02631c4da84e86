// What a site's owner copies: the script tag, and the lines that name signed-in visitors.

interface Place {
  server: string;
  publicKey: string;
}

export const scriptTag = ({ server, publicKey }: Place) =>
  `<script async
  src="${server}/widget.js"
  data-key="${publicKey}"></script>`;

/** For the host's own server. */
export const serverCode = ({ publicKey }: Pick<Place, "publicKey">) => `import jwt from "jsonwebtoken";

app.get("/pagewise-token", (request, response) => {
  if (!request.user) return response.sendStatus(204);
  const token = jwt.sign({}, process.env.PAGEWISE_SECRET, {
    audience: "${publicKey}",
    subject: String(request.user.id),
    jwtid: crypto.randomUUID(),
    expiresIn: "5m",
  });
  response.type("text").send(token);
});`;

/** For the page, in place of the tag. */
export const pageCode = ({ server, publicKey }: Place) => `<script async src="${server}/widget.js"
  data-manual></script>
<script>
  const identityToken = async () => {
    const answer = await fetch("/pagewise-token");
    if (answer.status === 204) return null; // nobody is signed in
    if (!answer.ok) throw new Error("/pagewise-token: " + answer.status);
    return answer.text();
  };
  (window.Pagewise ||= []).push((pagewise) => {
    const chat = pagewise.mount({ key: "${publicKey}", identityToken });
    // Where people sign in or out without a new page, say so:
    //   chat.identify(identityToken)  somebody has signed in
    //   chat.identify(null)           they have signed out
  });
</script>`;

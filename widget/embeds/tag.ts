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

app.get("/pagewise-token", signedIn, (request, response) => {
  const token = jwt.sign({}, process.env.PAGEWISE_SECRET, {
    algorithm: "HS256",
    audience: "${publicKey}",
    subject: request.user.id,
    jwtid: crypto.randomUUID(),
    expiresIn: "5m",
  });
  response.type("text").send(token);
});`;

/** For the page, in place of the tag. */
export const pageCode = ({ server, publicKey }: Place) => `<script async src="${server}/widget.js"
  data-manual></script>
<script>
  (window.Pagewise ||= []).push((pagewise) =>
    pagewise.mount({
      key: "${publicKey}",
      identityToken: () =>
        fetch("/pagewise-token").then((answer) => answer.text()),
    }),
  );
</script>`;

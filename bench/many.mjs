// How many small documents a second the product takes in: two hundred of one page at once, by one user and by two.
//   TEST_DATABASE_URL=postgres://... node bench/many.mjs [documents, 200]
import { textDocument } from "./long-documents.mjs";
import { startProduct } from "./product.mjs";

const count = Number(process.argv[2] ?? 200);
const uploadsAtOnce = 8;
const databaseUrl = process.env.TEST_DATABASE_URL;
const { bytes } = await textDocument(1);

/** Bytes that no document has had yet: a comment behind the end of the file. */
const fresh = (number) => Buffer.concat([bytes, Buffer.from(`\n% ${number}\n`)]);

/** @returns seconds until all have been acknowledged and until all are ready. */
async function takeIn(users, from) {
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1000;
  const numbers = Array.from({ length: count }, (_, index) => index);
  const ids = users.map(() => []);
  await Promise.all(
    Array.from({ length: uploadsAtOnce }, async () => {
      for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
        const user = number % users.length;
        ids[user].push(await users[user].upload(fresh(from + number), `${number}.pdf`));
      }
    }),
  );
  const acknowledged = seconds();
  for (const [index, user] of users.entries()) {
    for (const id of ids[index]) {
      const { status } = await user.ended(id, 50);
      if (status !== "ready") throw new Error(`a document ended ${status}`);
    }
  }
  return { acknowledged, ready: seconds() };
}

for (const [name, options] of [
  ["embedded", {}],
  ["postgresql", databaseUrl && { databaseUrl }],
]) {
  if (!options) continue;
  const product = await startProduct(options);
  try {
    const users = [await product.signIn(), await product.signIn()];
    await users[0].timeToReady(fresh("first"), "first.pdf");
    for (const [round, some] of [users.slice(0, 1), users, users.slice(0, 1)].entries()) {
      const { acknowledged, ready } = await takeIn(some, (round + 1) * count);
      const rate = (count / ready).toFixed(0);
      console.log(
        `${name}: ${count} of ${some.length} user(s): acknowledged in ${acknowledged.toFixed(1)} s, ready in ${ready.toFixed(1)} s, ${rate} a second`,
      );
    }
  } finally {
    await product.close();
  }
}

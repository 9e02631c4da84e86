// What the sign-in shares with a screen behind it. Every part names all of it, for the bundler makes a file of its own for
// each group of modules that the same parts use: so there is one group, and one file.
import "./fault.tsx";
import "./field-error.tsx";
import "./lazy.tsx";
import "../sign-in/check-password.ts";

// A stylesheet is imported as text: the build rewrites its rem to the widget's own base and minifies it.
declare module "*.css" {
  const text: string;
  // biome-ignore lint/style/noDefaultExport: the text loader of the build has no other kind
  export default text;
}

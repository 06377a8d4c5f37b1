/** Municipalities' names in Latin letters by their codes, made by the build from the shipped geodata. */
declare module "virtual:municipalities" {
  const names: Record<string, string>;
  export default names;
}

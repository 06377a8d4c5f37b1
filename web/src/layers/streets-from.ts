/**
 * The zoom from which an operator's streets are drawn. Further out our own map says enough, and the
 * first view asks for nothing more. A file of its own, because the page says the credits before it
 * has the map's library.
 */
export const STREETS_FROM = 9;

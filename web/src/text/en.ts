/** Every word the page shows, in English. */

import { hoursAndMinutes } from "../format.ts";
import type { Moment } from "../opening.ts";
import type { Words } from "./ja.ts";

const when = (moment: Moment) => {
  if (moment.days === 0) return `at ${moment.time}`;
  if (moment.days === 1) return `tomorrow at ${moment.time}`;
  return `on ${dated(moment)}`;
};
const dated = ({ date, time }: Moment) => {
  const day = new Date(`${date}T00:00:00Z`);
  return `${day.toLocaleString("en-GB", { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" })} at ${time}`;
};
const left = (minutes: number) => {
  const [hours, rest] = hoursAndMinutes(minutes);
  if (!hours) return `${Math.max(1, rest)} min left`;
  return `${hours} h${hours < 3 && rest ? ` ${rest} min` : ""} left`;
};

const hubs = (n: number) => (n === 1 ? "1 hub" : `${n.toLocaleString("en")} hubs`);

export const en: Words = {
  appName: "Machinaka",
  pageTitle: "Machinaka – find a telework hub in Japan",
  titled: (subject) => `${subject} – Machinaka`,
  skipToList: "Skip to the list",
  unknown: "unknown",
  close: "Close",
  retry: "Try again",
  language: "Language",
  terms: {},
  coverage: "Coverage",
  about: { label: "About this service", terms: "Terms", privacy: "Privacy", accessibility: "Accessibility", manage: "For municipalities" },
  comma: ", ",
  dot: " · ",

  search: {
    label: "Search by town, city, postal code or name of a hub",
    placeholder: "Town or hub",
    suggestions: "Suggested places and hubs",
    count: (n) => (n === 1 ? "1 suggestion" : `${n} suggestions`),
    nothing: (q) => `No place or hub matches “${q}”. Try a city, or the first letters of a town’s name.`,
    failed: "Places could not be looked up.",
    clear: "End the search and go back to the map window",
    type: {
      prefecture: "Prefecture",
      municipality: "City",
      ward: "Ward",
      town: "Town",
      postal: "Postal code",
      facility: "Hub",
    },
  },

  here: {
    button: "Search near me",
    looking: "Finding your position",
    label: "your position",
    denied:
      "Access to your position is not allowed. Please type a town or postal code instead. You can change this in your browser’s site settings.",
    unavailable: "Your position could not be found. Please type a town or postal code instead.",
    timeout:
      "Finding your position took too long and was stopped. Press again, or type a town or postal code.",
    outside:
      "You seem to be outside Japan. Please type the Japanese town or postal code you are interested in.",
  },

  opening: {
    label: "Opening hours",
    open: "Open now",
    openUntil: (minutes, until) => `Open now · ${left(minutes)} (until ${until.days === 0 ? until.time : when(until).replace(/^on /, "")})`,
    closed: "Closed now",
    closedUntil: (from) => `Closed now · opens ${when(from)}`,
    openThen: (at, until) => `Open on ${dated(at)}${until ? ` · until ${until.days === 0 ? until.time : dated(until)}` : ""}`,
    closedThen: (at, from) => `Closed on ${dated(at)}${from ? ` · opens ${from.days === 0 ? `at ${from.time}` : `on ${dated(from)}`}` : ""}`,
    unknown: "Hours unknown",
    unreadable: "Hours no program can read",
    outdated: "Not known whether open now",
    asWritten: (text) => `“${text}”`,
    checked: (date) => `checked ${date}`,
    stale: "over a year old",
    neverChecked: "date of check unknown",
    staleNote: "This was last checked more than a year ago. Call or look at the website before you go.",
  },

  filters: {
    heading: "Filters",
    button: "Filters",
    quick: { anyone: "Anyone", "drop-in": "Drop-in", wifi: "Wi-Fi" },
    set: (n) => `Filters, ${n} set`,
    "open-at": "Opening hours",
    openNow: "Open now",
    openAt: "At a date and time",
    openAny: "Any",
    openAtLabel: "Open at (time in Japan)",
    openAtChosen: (date, time) => `Open ${date}, ${time}`,
    eligibility: "Who may use it",
    use: "Ways to use it",
    "price-max": "Price of an hour",
    priceAny: "Any price",
    priceUpTo: (yen) => `Up to ¥${yen.toLocaleString("en")}`,
    priceMark: "¥400",
    amenity: "Amenities",
    kind: "Kind",
    stock: "Former building",
    programme: "Support",
    certainty: "Certainty of support",
    also: "Usually left out",
    allOf: "Hubs that have all of these",
    moreChoices: "More amenities",
    unsupported: "Support unknown",
    closed: "Show closed hubs too",
    planned: "Show planned hubs too",
    includeUnknown: "Include hubs where this is unknown",
    includeUnknownNote: "Hubs that may match come after those that do.",
    count: (n) => hubs(n),
    show: (n) => `Show ${hubs(n)}`,
    showUnknown: (known, unknown) => `Show ${hubs(known)} + ${unknown} unknown`,
    remove: (name) => `Remove ${name}`,
    clearAll: "Clear all",
    failed: "The choices could not be loaded.",
  },

  list: {
    heading: "List of hubs",
    inWindow: (n) => `${hubs(n)} in the map window`,
    nearest: (n) => `${hubs(n)}, nearest first`,
    withUnknown: (known, unknown) => `${hubs(known)} (and ${unknown} where this is unknown)`,
    from: (place) => `from ${place}`,
    backToWindow: "Back to the map window",
    unknownHeading: "Hubs that may or may not match",
    unknownNote: "What you filter by is not known yet for these.",
    knownOnly: "Hide unknown",
    more: "Show more",
    loading: "Loading",
    failed: "The list could not be loaded.",
    offline: "The server cannot be reached. Please check your connection.",
    enlarge: "Enlarge the list",
    shrink: "Enlarge the map",
    emptyWindow: "No hub is registered in this area.",
    emptyFiltered: "No hub matches these filters.",
    asked: (words) => `You asked for: ${words}`,
    loosen: (name, n) => `Drop “${name}” (${hubs(n)})`,
    zoomOut: "Widen the map window",
    beyond: "The nearest hub",
    beyondMetres: (metres) => `The hub nearest to the map’s centre is about ${metres} away.`,
    beyondIn: (city) => `The hub nearest to the map’s centre is in ${city}.`,
    nearestIs: (name) => `See ${name}`,
    fewNear: (metres, walk) => `The nearest hub is about ${metres} away (${walk}).`,
    lookAround: "See its surroundings on the map",
    both: (n) => `${hubs(n)}, nearest to both first`,
    faraway: (metres) => `No hub is registered nearby; the nearest is about ${metres} away.`,
    farawayIn: (city) => `No hub is registered nearby; the nearest is in ${city}.`,
    noMatchNear: (metres) => `The nearest hub known to match is about ${metres} away.`,
    noMatchNearIn: (city) => `The nearest hub known to match is in ${city}.`,
    maybeNearer: "A hub that may match is nearer.",
    letter: (letter) => `Letter ${letter}`,
    print: "Print",
    share: "Share",
    staleAnswer: (when) => `You are offline. This list was loaded ${when}.`,
    offlineMap: "You are offline. New areas cannot be loaded.",
  },

  distance: {
    line: (metres) => `${metres} in a straight line`,
    walk: (minutes) => {
      if (minutes <= 60) return `${minutes} min on foot`;
      const [hours, rest] = hoursAndMinutes(minutes);
      return `about ${hours} h${rest ? ` ${rest} min` : ""} on foot`;
    },
    town: "position to the town block",
    city: "within the city, exact place unknown",
  },

  status: {
    open: (year) => (year ? `open as of ${year}` : "reported open (date unknown)"),
    suspended: (year) => (year ? `suspended (as of ${year})` : "suspended"),
    planned: (year) => (year ? `planned (as of ${year})` : "planned"),
    closed: (year) => (year ? `closed down (as of ${year})` : "closed down"),
    unknown: () => "not known whether open",
    unchecked: "Nobody has checked since.",
  },

  price: (yen) => (yen === 0 ? "free" : `¥${yen.toLocaleString("en")}/hour`),
  hours: "Hours",
  cost: "Price",
  who: "Who may use it",
  allUnknown: "Price and who may use it: unknown",
  formerly: (stock) => `formerly: ${stock}`,
  certainty: { confirmed: "confirmed", likely: "likely", unknown: "unknown" },

  card: {
    label: "Hub details",
    back: "Back to the list",
    address: "Address",
    position: "Precision of position",
    precision: {
      building: "the building",
      street: "the street or block number",
      town: "the town block only",
      city: "the city only",
    },
    error: (metres) => ` (within about ${metres})`,
    positionNote: "Check the address before you go.",
    status: "Status",
    hours: "Hours",
    closures: "Temporary closures",
    price: "Price",
    eligibility: "Who may use it",
    seats: "Seats",
    seatCount: (n) => (n === 1 ? "1 seat" : `${n} seats`),
    amenities: "Amenities",
    uses: "Ways to use it",
    yes: "yes",
    none: "none",
    kind: "Kind",
    stock: "Former building",
    built: (year) => `built in ${year}`,
    operator: "Operator",
    phone: "Telephone",
    website: "Website",
    support: "Support programmes",
    evidence: "Evidence",
    year: "Fiscal year",
    area: "Area",
    sources: "Sources",
    checked: "Last checked",
    page: "Page of this hub",
    report: "Report a mistake",
    synthetic: "This is an invented hub for testing.",
    closed: "This hub has closed down.",
    suspended: "This hub is suspended.",
    planned: "This hub is still being planned.",
    notFound: "This hub was not found. The link may be old or mistaken.",
    withdrawn: "The record of this hub has been withdrawn.",
    failed: "The hub could not be loaded.",
  },

  routes: {
    heading: "Directions",
    vague: "The position is approximate: these search by name and address.",
    google: "Google Maps",
    apple: "Apple Maps",
    osm: "OpenStreetMap",
    opens: (service) => `Directions in ${service} (new window)`,
  },

  report: {
    heading: "Report a mistake",
    intro: (name) => `This tells the municipality’s staff about “${name}”. No account is needed.`,
    kind: "What is wrong?",
    kinds: { closed: "It has closed", moved: "It is somewhere else", hours: "The hours are wrong", other: "Something else" },
    text: "Details",
    textHint: (n) => `Up to ${n} characters. Whatever you know helps.`,
    contact: "How to reach you (optional)",
    contactHint: "For example an e-mail address. Only used by the staff to ask you back.",
    website: "Please leave this empty",
    send: "Send report",
    sending: "Sending",
    done: "Received, thank you. The municipality’s staff will check before anything is changed.",
    needText: "Please write a few details.",
    needKind: "Please choose what is wrong.",
    tooMany: "Too many reports came in a short time. Please try again a little later.",
    offline: "The server cannot be reached. Check your connection and try again; what you wrote is still here.",
    failed: (detail) => `It could not be sent. ${detail}`,
  },

  compare: {
    heading: "Comparison",
    tray: (n) => `${n} to compare`,
    open: "Compare",
    add: (name) => `Compare ${name}`,
    remove: (name) => `Remove ${name} from the comparison`,
    addShort: "Compare",
    full: (n) => `Only ${n} can be compared. Please remove one first.`,
    clear: "Remove all",
    distance: "In a straight line",
    failed: "Some hubs could not be loaded.",
  },

  both: {
    button: "From both home and work",
    heading: "Nearest to both home and work",
    intro: "Ordered by straight-line distance from two points. The points stay on this device and in the address (URL) only.",
    one: "Home (first point)",
    two: "Work (second point)",
    rank: "Order",
    ranks: { sum: "Shortest sum of distances", worst: "Shortest longer distance" },
    search: "Search from both",
    need: "Please choose a place from the suggestions.",
    cancel: "Cancel",
    from: (one, two) => `from ${one} and ${two}`,
    distances: (one, two) => `${one} from the first, ${two} from the second`,
    change: "Change the points",
  },

  share: {
    heading: "Share this view",
    address: "Link",
    copy: "Copy link",
    copied: "Link copied",
    copyYourself: "Select the link and copy it",
    send: "Send with another app",
    qr: "QR code to scan with a phone",
    tooLong: "The link is too long for a QR code.",
    embed: "Embed in another site",
    embedNote: "This tag shows the map and list with the same filters.",
    privacy: "Your own position is not part of the link.",
  },

  print: {
    made: (date) => `Printed ${date}`,
    mapOf: "Map with the letters of the list",
  },

  embed: {
    title: "Map of telework hubs",
    openFull: "Open in Machinaka",
    opensNew: " (new window)",
  },

  map: {
    label: "Map",
    canvas: "Movable map",
    loading: "Preparing the map",
    failed: "The map cannot be drawn here. The list works without it.",
    searchHere: "Search from here",
    searchCentre: "Search from centre",
    picked: "a point on the map",
    pickedIn: (district) => `a point in ${district}`,
    zoomIn: "Zoom in",
    zoomOut: "Zoom out",
    popupClose: "Close",
    outside: "Outside map",
    credits: "Credits: JMA, MLIT and others (adapted)",
    instructions:
      "Move with the arrow keys, zoom with plus and minus. Every hub can also be opened from the list.",
  },
};

// Generated from the API's definition by `make api`; a test fails when it is stale.

export type Geometry = {
  type?: string;
  coordinates?: unknown[];
} | null;

export interface Feature {
  type: "Feature";
  id?: string;
  geometry: Geometry;
  properties: Record<string, unknown> | null;
  links?: Link[];
}

export interface FeatureCollection {
  type: "FeatureCollection";
  features: Feature[];
  numberMatched?: number;
  numberReturned?: number;
  timeStamp?: string;
  links?: Link[];
}

export interface Problem {
  type: string;
  title: string;
  status: number;
  detail?: string;
  instance?: string;
  code?: "invalid-parameter" | "unknown-parameter" | "malformed-query" | "invalid-body" | "signed-out" | "wrong-credentials" | "wrong-token" | "forbidden" | "other-site" | "csrf" | "https-required" | "second-factor-required" | "password-is-temporary" | "temporary-password-too-old" | "not-found" | "method-not-allowed" | "not-acceptable" | "body-too-slow" | "connection-closed" | "name-taken" | "last-admin" | "second-factor-state" | "changed-meanwhile" | "precondition-failed" | "precondition-required" | "wrong-state" | "conflict" | "undecided" | "likely-duplicate" | "blocked" | "invalid-values" | "no-such-version" | "not-redactable" | "key-used" | "withdrawn" | "file-deleted" | "malformed-request" | "head-too-slow" | "head-too-long" | "body-too-large" | "unsupported-media-type" | "unfit-password" | "too-many-attempts" | "query-too-long" | "internal" | "unavailable";
  errors?: (Record<string, unknown>)[];
  /** Each value that is not valid, as in a submission's report */
  problems?: ReportProblem[];
}

export type Kind = "coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space";

export type Stock = "vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock";

export type Status = "planned" | "open" | "suspended" | "closed" | "unknown";

export type Precision = "building" | "street" | "station" | "town" | "city";

export type Eligibility = "anyone" | "residents" | "registered" | "corporate";

export type Amenity = "wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging";

export type Use = "drop-in" | "member" | "corporate" | "reservation";

export type StatusAge = "fresh" | "ageing" | "old";

export type Confidence = "high" | "medium" | "low";

/** Days on which it is closed */
export interface Closure {
  from: string;
  /** null where nobody said */
  to: string | null;
  note: string | null;
}

/** Days on which it is closed */
export interface NewClosure {
  from: string;
  /** null where nobody said */
  to?: string | null;
  note?: string | null;
}

/** What a programme gave it, and the source that says so */
export interface Support {
  programme: Programme;
  type: string | null;
  fiscal_year: string | null;
  area: string | null;
  evidence_title: string | null;
  evidence_url: string | null;
  certainty: Certainty;
}

/** What a programme gave it, and the source that says so */
export interface NewSupport {
  programme: Programme;
  type?: string | null;
  fiscal_year?: string | null;
  area?: string | null;
  evidence_title?: string | null;
  evidence_url?: string | null;
  certainty: Certainty;
}

/** Where facts are from */
export interface Source {
  title: string;
  url: string | null;
  /** YYYY, YYYY-MM or YYYY-MM-DD */
  date: string | null;
  /** Which fields are from it; null where nobody noted it */
  fields: string[] | null;
}

/** Where facts are from */
export interface NewSource {
  title: string;
  url?: string | null;
  /** YYYY, YYYY-MM or YYYY-MM-DD */
  date?: string | null;
  /** Which fields are from it; null where nobody noted it */
  fields?: string[] | null;
}

export type Programme = "toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund";

export type Certainty = "confirmed" | "likely" | "unknown";

/** Whether it is open at the minute asked for */
export interface Opening {
  state: "open" | "closed" | "unknown";
  /** When that changes; null when nobody knows, or never */
  until: string | null;
  /** Whether the hours could be read as they are written */
  readable: boolean;
  /** Why it is closed for a time, or what leaves it unknown */
  note: string | null;
}

/** A link */
export interface Link {
  href: string;
  rel: string;
  type: string;
  title?: string;
}

export interface Point {
  type: "Point";
  /** Longitude, latitude in degrees (WGS 84) */
  coordinates: [number, number];
}

/** Every key is always there, but for `distance` and `opening`: null is unknown, an empty list is known to be empty */
export interface Facility {
  id: string;
  name: string;
  name_kana: string | null;
  name_en: string | null;
  kind: Kind | null;
  stock: Stock | null;
  stock_note: string | null;
  built_year: number | null;
  status: Status;
  status_asof: string | null;
  municipality: string;
  municipality_name: string;
  ward: string | null;
  prefecture: string;
  address: string | null;
  position_precision: Precision;
  position_error: number | null;
  operator: string | null;
  phone: string | null;
  website: string | null;
  opening_hours: string | null;
  closures: Closure[] | null;
  eligibility: Eligibility | null;
  eligibility_note: string | null;
  price_hour_yen: number | null;
  price_note: string | null;
  hours_note: string | null;
  seats: number | null;
  amenities: Amenity[] | null;
  amenities_note: string | null;
  uses: Use[] | null;
  support: Support[] | null;
  sources: Source[];
  osm_id: string | null;
  status_age: StatusAge | null;
  confidence: Confidence | null;
  checked_on: string | null;
  synthetic: boolean;
  updated_at: string;
  /** From `near`; there where it is asked for */
  distance?: number;
  opening?: Opening;
}

/** A facility */
export interface FacilityFeature {
  type: "Feature";
  id: string;
  geometry: Point;
  properties: Facility;
  links?: Link[];
}

export interface FacilityCollection {
  type: "FeatureCollection";
  features: FacilityFeature[];
  numberMatched?: number;
  numberReturned?: number;
  timeStamp?: string;
  links?: Link[];
}

/** What is left out is unknown */
export interface FacilityValues {
  id?: string;
  name: string;
  name_kana?: string | null;
  name_en?: string | null;
  kind?: Kind | null;
  stock?: Stock | null;
  stock_note?: string | null;
  built_year?: number | null;
  status?: Status;
  status_asof?: string | null;
  municipality?: string;
  municipality_name?: string;
  ward?: string | null;
  prefecture?: string;
  address?: string | null;
  position_precision?: Precision;
  position_error?: number | null;
  operator?: string | null;
  phone?: string | null;
  website?: string | null;
  opening_hours?: string | null;
  closures?: NewClosure[] | null;
  eligibility?: Eligibility | null;
  eligibility_note?: string | null;
  price_hour_yen?: number | null;
  price_note?: string | null;
  hours_note?: string | null;
  seats?: number | null;
  amenities?: Amenity[] | null;
  amenities_note?: string | null;
  uses?: Use[] | null;
  support?: NewSupport[] | null;
  sources?: NewSource[];
  osm_id?: string | null;
  status_age?: StatusAge | null;
  confidence?: Confidence | null;
  checked_on?: string | null;
  synthetic?: boolean;
  updated_at?: string;
}

/** What is left out stays as it is */
export interface FacilityChanges {
  id?: string;
  name?: string;
  name_kana?: string | null;
  name_en?: string | null;
  kind?: Kind | null;
  stock?: Stock | null;
  stock_note?: string | null;
  built_year?: number | null;
  status?: Status;
  status_asof?: string | null;
  municipality?: string;
  municipality_name?: string;
  ward?: string | null;
  prefecture?: string;
  address?: string | null;
  position_precision?: Precision;
  position_error?: number | null;
  operator?: string | null;
  phone?: string | null;
  website?: string | null;
  opening_hours?: string | null;
  closures?: NewClosure[] | null;
  eligibility?: Eligibility | null;
  eligibility_note?: string | null;
  price_hour_yen?: number | null;
  price_note?: string | null;
  hours_note?: string | null;
  seats?: number | null;
  amenities?: Amenity[] | null;
  amenities_note?: string | null;
  uses?: Use[] | null;
  support?: NewSupport[] | null;
  sources?: NewSource[];
  osm_id?: string | null;
  status_age?: StatusAge | null;
  confidence?: Confidence | null;
  checked_on?: string | null;
  synthetic?: boolean;
  updated_at?: string;
}

/** A facility as it is written. Without a geometry the address says where it is. What answers have beside it may be sent back as it was read */
export interface NewFacility {
  type: "Feature";
  geometry?: Point | null;
  properties: FacilityValues;
}

/** A merge patch of a facility (RFC 7396): null makes a value unknown */
export interface FacilityPatch {
  type?: "Feature";
  geometry?: Point;
  properties?: FacilityChanges;
}

export interface SignIn {
  name: string;
  password: string;
  code?: string | null;
}

export interface Passwords {
  old: string;
  /** 12 to 200 characters */
  new: string;
}

export interface Code {
  code: string;
}

export interface NewUser {
  name: string;
  role: "editor" | "reviewer" | "planner" | "admin";
  area?: string | null;
}

export interface UserChange {
  role?: "editor" | "reviewer" | "planner" | "admin";
  area?: string | null;
  disabled?: boolean;
  second_factor?: "off";
}

export type Object = Record<string, unknown>;

export interface Submission {
  id: number;
  kind: "file" | "facility" | "withdrawal" | "release" | "report";
  state: "draft" | "sent" | "returned" | "published" | "rejected" | "withdrawn";
  revision: number;
  file_name?: string | null;
  title?: string | null;
  note?: string | null;
  summary?: Record<string, unknown>;
  undecided?: number;
  blanks?: Record<string, number>;
  created_at?: string | null;
  sent_at?: string | null;
  decided_at?: string | null;
  report?: Report;
  file?: {
    has_kinds?: boolean;
    kind?: "coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | null;
  };
  may?: Record<string, unknown>;
  work?: Record<string, unknown>;
}

export interface Submissions {
  submissions: Submission[];
  next: number | null;
  waiting?: number;
  untold?: number;
}

export interface Waiting {
  submission: Submission;
}

export interface Report {
  rows: number;
  accepted: number;
  problems: ReportProblem[];
}

export interface ReportProblem {
  row: number | null;
  column: string | null;
  code: "limit" | "format-unknown" | "json-malformed" | "file-damaged" | "rows-missing" | "encoding-uncertain" | "header-variant" | "column-unmatched" | "sheets-more" | "table-more" | "table-transposed" | "rows-hidden" | "columns-hidden" | "rows-skipped" | "name-guessed" | "name-missing" | "kind-missing" | "id-taken" | "blank-cells" | "duplicate-row" | "likely-duplicate" | "coordinates-swapped" | "coordinates-zero" | "coordinates-malformed" | "coordinates-outside-japan" | "datum-converted" | "datum-unknown" | "coordinates-shared" | "coordinates-missing" | "outside-municipality" | "municipality-code" | "former-name" | "ward-uncertain" | "city-missing" | "address-mismatch" | "value-unreadable" | "hours-unreadable" | "value-missing" | "value-range" | "value-duplicate" | "property-unknown" | "text-hidden" | "date-impossible" | "full-width";
  message: string;
  found?: string | null;
  expected?: string | null;
  blocks: boolean;
  suggestion?: Record<string, unknown>;
}

export interface SubmissionChange {
  encoding?: "utf-8" | "cp932" | "euc-jp" | "iso-2022-jp" | "utf-16le" | "utf-16be";
  sheet?: string;
  header_row?: number;
  /** Whether rows are read, too, that the workbook hides. */
  hidden?: boolean;
  /** The kind of all rows of a file that says none (`file.has_kinds`); null takes it back. Published facilities keep theirs. */
  kind?: "coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | null;
  columns?: Record<string, string | null>;
  cells?: Record<string, Record<string, string | null>>;
  left_out?: Record<string, boolean>;
  likeness?: Record<string, "other" | null | {
    same: string;
  } | {
    keep: string;
  }>;
  /** The decision for all other rows with the name and place of a published facility. */
  same?: "update" | "keep" | "new" | null;
  /** What empty cells do to published values. */
  blank?: "keep" | "clear" | null;
  feature?: Record<string, unknown>;
  contact?: string;
  seen?: number;
  state?: "draft" | "sent" | "withdrawn";
}

export interface Decision {
  decision: "approve" | "return" | "reject";
  /** Only these rows are approved; with `approve` alone */
  rows?: number[] | null;
  /** At most 2,000 characters; needed with `return` */
  note?: string | null;
}

export interface Redaction {
  /** One of name_kana, name_en, kind, stock, stock_note, built_year, status_asof, address, position_error, operator, phone, website, opening_hours, closures, eligibility, eligibility_note, price_hour_yen, price_note, hours_note, seats, amenities, amenities_note, uses, support, osm_id, status_age, confidence, checked_on */
  field: string;
  reason: string;
}

export interface Undo {
  seq: number;
}

export interface NewToken {
  scope: "read" | "submit" | "publish";
  expires_days?: number;
}

export interface Checks {
  checks: ({
    /** null of a file that is being handed in */
    submission?: number | null;
    /** The Idempotency-Key it is handed in with */
    request?: string | null;
    state: "waiting" | "reading" | "comparing";
    /** How many others wait before it */
    before: number;
    /** Rows of the file; null while nobody knows */
    rows?: number | null;
    /** Rows that are read, or compared with what is published */
    done: number;
  })[];
}

/** Somebody with an account. */
export interface User {
  id: number;
  name: string;
  role: Role;
  /** Two digits for a prefecture, five for a municipality; null is everywhere. */
  area: string | null;
  area_name: string | null;
}

/** Whether a second factor is asked for. */
export type Switch = "on" | "off";

export type Role = "editor" | "reviewer" | "planner" | "admin";

/** Who is signed in. */
export interface Session {
  user: User;
  /** What requests that change something repeat in `X-CSRF-Token`. */
  csrf: string;
  password_is_temporary: boolean;
  second_factor: Switch;
  expires_at: string;
}

/** A code to draw. */
export interface QrCode {
  /** The side of its square in modules, margin included. */
  size: number;
  /** Its dark modules, as the path of an SVG. */
  path: string;
}

/** What an authenticator app is given: the key, the address that holds it, and that as a QR code. */
export interface SecondFactor {
  secret: string;
  uri: string;
  qr: QrCode | null;
}

/** An account. */
export interface Account {
  id: number;
  name: string;
  role: Role;
  /** Two digits for a prefecture, five for a municipality; null is everywhere. */
  area: string | null;
  area_name: string | null;
  second_factor: Switch;
  password_is_temporary: boolean;
  created_at: string;
  disabled_at: string | null;
}

export interface Users {
  users: Account[];
}

/** A new account, and its one-time password in this answer alone. */
export interface NewUserMade {
  user: Account;
  password: string;
}

export interface UserChanged {
  user: Account;
}

/** A one-time password, in this answer alone. */
export interface OneTimePassword {
  password: string;
  tokens_revoked: number;
  tokens_kept: number;
}

/** An API token. */
export interface Token {
  id: number;
  owner: Person;
  /** Its first letters, to know it by. */
  hint: string;
  scope: Scope;
  created_at: string;
  used_at: string | null;
  expires_at: string | null;
  revoked_at: string | null;
  /** The token itself, in the answer that makes it alone. */
  token?: string | null;
}

/** Somebody by number and name. */
export interface Person {
  /** 0 is the program itself. */
  id: number;
  name: string | null;
}

export type Scope = "read" | "submit" | "publish";

export interface Tokens {
  tokens: Token[];
}

/** A version of a facility. */
export interface Version {
  seq: number;
  at: string;
  actor: Person;
  submission: Origin | null;
  /** The first letters of the API token it was sent with. */
  token: string | null;
  change: Change;
  fields: FieldChange[];
  /** Fields whose value was taken out of the log. */
  redacted: string[];
  /** What is stored is not what the log's hash chain says, or cannot be read: nothing of it is shown. */
  damaged?: boolean | null;
}

/** The submission that a version came with. */
export interface Origin {
  id: number;
  file_name: string | null;
}

export type Change = "created" | "changed" | "closed" | "withdrawn";

/** A field of a facility before and after a change; null is unknown. */
export interface FieldChange {
  name: string;
  before: unknown;
  after: unknown;
}

/** Every version of a facility, newest first. */
export interface History {
  versions: Version[];
}

/** What a redaction took a value out of. */
export interface Redacted {
  facility: string;
  changes: number[];
  /** Whose files the value was taken out of. */
  submissions: number[];
  /** Where the value may still be, for the operator to see to. */
  not_reached: string[];
}

/** Every operation by its id. */
export interface Operations {
  /** The landing page; as HTML the map */
  getLandingPage: {
    method: "GET";
    path: "/";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** What this API conforms to */
  getConformance: {
    method: "GET";
    path: "/conformance";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** This definition */
  getDefinition: {
    method: "GET";
    path: "/api";
    pathParameters: Record<never, never>;
    query: {
      f?: "openapi31" | "openapi30" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** The collections */
  getCollections: {
    method: "GET";
    path: "/collections";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The collection */
  "describeCollection.facilities": {
    method: "GET";
    path: "/collections/facilities";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.facilities": {
    method: "GET";
    path: "/collections/facilities/items";
    pathParameters: Record<never, never>;
    query: {
      near?: [number, number];
      "near-name"?: string;
      place?: string;
      "max-distance"?: number;
      bbox?: number[];
      "bbox-crs"?: string;
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      sortby?: "usable";
      opening?: string;
      "as-of"?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html" | "csv" | "xlsx" | "kml" | "fgb" | "gpkg" | "geojsonl";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FacilityCollection;
    };
  };
  /** Make a facility: 201 where one may publish it, else 202 with the submission that waits for review; 409 likely-duplicate where one with its name is published at its place; Idempotency-Key is honoured */
  createFeature: {
    method: "POST";
    path: "/collections/facilities/items";
    pathParameters: Record<never, never>;
    query: {
      same?: "new";
      lang?: "ja" | "en";
    };
    headers: {
      "Idempotency-Key"?: string;
      "X-CSRF-Token"?: string;
    };
    body: NewFacility;
    answers: {
      201: FacilityFeature;
      202: Waiting;
    };
  };
  /** One feature */
  "getFeature.facilities": {
    method: "GET";
    path: "/collections/facilities/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      opening?: string;
      "as-of"?: string;
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FacilityFeature;
    };
  };
  /** Write all of a facility; what is left out becomes unknown. If-Match is its ETag */
  replaceFeature: {
    method: "PUT";
    path: "/collections/facilities/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: NewFacility;
    answers: {
      200: FacilityFeature;
      202: Waiting;
    };
  };
  /** Write some of a facility (RFC 7396). If-Match is its ETag */
  updateFeature: {
    method: "PATCH";
    path: "/collections/facilities/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: FacilityPatch;
    answers: {
      200: FacilityFeature;
      202: Waiting;
    };
  };
  /** Withdraw the record: 410 from then on. If-Match is its ETag */
  deleteFeature: {
    method: "DELETE";
    path: "/collections/facilities/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      202: Waiting;
      204: null;
    };
  };
  /** What a filter can name */
  "getQueryables.facilities": {
    method: "GET";
    path: "/collections/facilities/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.facilities": {
    method: "GET";
    path: "/collections/facilities/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.facilities.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/facilities/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.facilities.vector.getTileSet": {
    method: "GET";
    path: "/collections/facilities/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.facilities.vector.getTile": {
    method: "GET";
    path: "/collections/facilities/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      opening?: string;
      "as-of"?: string;
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The collection */
  "describeCollection.municipalities": {
    method: "GET";
    path: "/collections/municipalities";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.municipalities": {
    method: "GET";
    path: "/collections/municipalities/items";
    pathParameters: Record<never, never>;
    query: {
      bbox?: number[];
      "bbox-crs"?: string;
      datetime?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
      kind?: ("municipality" | "ward")[];
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** One feature */
  "getFeature.municipalities": {
    method: "GET";
    path: "/collections/municipalities/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Feature;
    };
  };
  /** What a filter can name */
  "getQueryables.municipalities": {
    method: "GET";
    path: "/collections/municipalities/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.municipalities": {
    method: "GET";
    path: "/collections/municipalities/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.municipalities.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/municipalities/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.municipalities.vector.getTileSet": {
    method: "GET";
    path: "/collections/municipalities/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.municipalities.vector.getTile": {
    method: "GET";
    path: "/collections/municipalities/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The collection */
  "describeCollection.prefectures": {
    method: "GET";
    path: "/collections/prefectures";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.prefectures": {
    method: "GET";
    path: "/collections/prefectures/items";
    pathParameters: Record<never, never>;
    query: {
      bbox?: number[];
      "bbox-crs"?: string;
      datetime?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** One feature */
  "getFeature.prefectures": {
    method: "GET";
    path: "/collections/prefectures/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Feature;
    };
  };
  /** What a filter can name */
  "getQueryables.prefectures": {
    method: "GET";
    path: "/collections/prefectures/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.prefectures": {
    method: "GET";
    path: "/collections/prefectures/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.prefectures.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/prefectures/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.prefectures.vector.getTileSet": {
    method: "GET";
    path: "/collections/prefectures/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.prefectures.vector.getTile": {
    method: "GET";
    path: "/collections/prefectures/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The collection */
  "describeCollection.population": {
    method: "GET";
    path: "/collections/population";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.population": {
    method: "GET";
    path: "/collections/population/items";
    pathParameters: Record<never, never>;
    query: {
      bbox?: number[];
      "bbox-crs"?: string;
      area?: string;
      municipality?: string[];
      datetime?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** One feature */
  "getFeature.population": {
    method: "GET";
    path: "/collections/population/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Feature;
    };
  };
  /** What a filter can name */
  "getQueryables.population": {
    method: "GET";
    path: "/collections/population/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.population": {
    method: "GET";
    path: "/collections/population/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.population.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/population/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.population.vector.getTileSet": {
    method: "GET";
    path: "/collections/population/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.population.vector.getTile": {
    method: "GET";
    path: "/collections/population/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The collection */
  "describeCollection.coverage": {
    method: "GET";
    path: "/collections/coverage";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      by?: "prefecture" | "municipality" | "ward";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.coverage": {
    method: "GET";
    path: "/collections/coverage/items";
    pathParameters: Record<never, never>;
    query: {
      bbox?: number[];
      "bbox-crs"?: string;
      area?: string;
      by?: "prefecture" | "municipality" | "ward";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html" | "csv" | "xlsx" | "fgb" | "gpkg" | "kml";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** One feature */
  "getFeature.coverage": {
    method: "GET";
    path: "/collections/coverage/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Feature;
    };
  };
  /** What a filter can name */
  "getQueryables.coverage": {
    method: "GET";
    path: "/collections/coverage/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.coverage": {
    method: "GET";
    path: "/collections/coverage/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.coverage.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/coverage/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.coverage.vector.getTileSet": {
    method: "GET";
    path: "/collections/coverage/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      by?: "prefecture" | "municipality" | "ward" | "square";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.coverage.vector.getTile": {
    method: "GET";
    path: "/collections/coverage/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      area?: string;
      by?: "prefecture" | "municipality" | "ward" | "square";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The collection */
  "describeCollection.stations": {
    method: "GET";
    path: "/collections/stations";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its features */
  "getFeatures.stations": {
    method: "GET";
    path: "/collections/stations/items";
    pathParameters: Record<never, never>;
    query: {
      bbox?: number[];
      "bbox-crs"?: string;
      area?: string;
      municipality?: string[];
      datetime?: string;
      limit?: number;
      cursor?: string;
      crs?: string;
      f?: "json" | "html" | "kml" | "fgb" | "gpkg";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** One feature */
  "getFeature.stations": {
    method: "GET";
    path: "/collections/stations/items/{featureId}";
    pathParameters: {
      featureId: string;
    };
    query: {
      crs?: string;
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Feature;
    };
  };
  /** What a filter can name */
  "getQueryables.stations": {
    method: "GET";
    path: "/collections/stations/queryables";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Every property */
  "getSchema.stations": {
    method: "GET";
    path: "/collections/stations/schema";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Its tile sets */
  "collection.stations.vector.getTileSetsList": {
    method: "GET";
    path: "/collections/stations/tiles";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tile set */
  "collection.stations.vector.getTileSet": {
    method: "GET";
    path: "/collections/stations/tiles/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "tilejson" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile */
  "collection.stations.vector.getTile": {
    method: "GET";
    path: "/collections/stations/tiles/WebMercatorQuad/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** How many facilities each choice of a filter would leave: each field counted among what all other filters leave */
  countFacilities: {
    method: "GET";
    path: "/collections/facilities/facets";
    pathParameters: Record<never, never>;
    query: {
      near?: [number, number];
      "max-distance"?: number;
      bbox?: number[];
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The facilities that changed last, as Atom with GeoRSS points */
  getFeed: {
    method: "GET";
    path: "/collections/facilities/feed";
    pathParameters: Record<never, never>;
    query: {
      f?: "atom";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** The facilities that changed last, as Atom with GeoRSS points */
  "getFeed.municipalities": {
    method: "GET";
    path: "/collections/municipalities/items/{featureId}/feed";
    pathParameters: {
      featureId: string;
    };
    query: {
      f?: "atom";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** The facilities that changed last, as Atom with GeoRSS points */
  "getFeed.prefectures": {
    method: "GET";
    path: "/collections/prefectures/items/{featureId}/feed";
    pathParameters: {
      featureId: string;
    };
    query: {
      f?: "atom";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** The form to say what is wrong about a facility */
  getReportForm: {
    method: "GET";
    path: "/collections/facilities/items/{featureId}/reports";
    pathParameters: {
      featureId: string;
    };
    query: {
      f?: "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: string;
    };
  };
  /** Says what is wrong about a facility, without an account; it waits in the municipality's queue */
  reportFacility: {
    method: "POST";
    path: "/collections/facilities/items/{featureId}/reports";
    pathParameters: {
      featureId: string;
    };
    query: {
      f?: "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: {
      kind: "closed" | "moved" | "hours" | "other";
      text?: string;
      contact?: string;
      /** Left empty: programs that fill in everything are caught by it */
      website?: string;
    };
    answers: {
      202: Record<string, unknown>;
    };
  };
  /** A vector tile of the basemap */
  getBasemapTile: {
    method: "GET";
    path: "/basemap/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** The operator's own basemap file (`serve --basemap`) as TileJSON */
  getStreets: {
    method: "GET";
    path: "/basemap/streets";
    pathParameters: Record<never, never>;
    query: {
      f?: "tilejson";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** A vector tile of the operator's own basemap file */
  getStreetTile: {
    method: "GET";
    path: "/basemap/streets/{tileMatrix}/{tileRow}/{tileCol}";
    pathParameters: {
      tileMatrix: number;
      tileRow: number;
      tileCol: number;
    };
    query: {
      f?: "mvt";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
      204: null;
    };
  };
  /** Places by their words: districts, towns, stations, postal codes, coordinates and facilities, the likeliest first. `clear` says whether the first may be taken without asking; `filters` are words of the text that filter facilities, each with its parameter and value, and `rest` is the text without them; `missing` says that no station or airport has the name asked for. Of a place, `guess` says that its spelling was bent or a part of the text left out, and `dropped` which. */
  searchPlaces: {
    method: "GET";
    path: "/places";
    pathParameters: Record<never, never>;
    query: {
      q: string;
      near?: [number, number];
      bbox?: number[];
      limit?: number;
      f?: "json";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** What share of people live within a distance of a hub, by district; as HTML the planner's page */
  getCoverage: {
    method: "GET";
    path: "/coverage";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      by?: "prefecture" | "municipality" | "ward" | "square";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      geometry?: boolean;
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "html" | "csv" | "xlsx" | "fgb" | "gpkg" | "kml";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** The same for the body's polygons as districts, and with its points as imagined facilities (property `seats`) */
  askCoverage: {
    method: "POST";
    path: "/coverage";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      by?: "prefecture" | "municipality" | "ward" | "square";
      within?: number;
      method?: "centre" | "area";
      weight?: "total" | "15-64" | "65+";
      measures?: ("nearest" | "per-10000" | "2sfca" | "e2sfca" | "all")[];
      supply?: "seats" | "facilities";
      add?: string;
      imprecise?: "leave-out" | "keep";
      geometry?: boolean;
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "html" | "csv" | "xlsx" | "fgb" | "gpkg" | "kml";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: FeatureCollection;
    answers: {
      200: FeatureCollection;
    };
  };
  /** Where the next hubs should go, among the towns of an area: the chosen sites, best first, with `value`, proved `bound`, `gap` in per cent, `proved`, `method`, `seconds`, whether the clock `cut` it, the `curve` of people covered against the number of sites, and `robustness` at a radius 10 % shorter and longer. Asked for `text/event-stream`, it tells twice a second how far it is, in events `progress` (`share` of the work spent, best `value` so far, `bound`, `gap` in per cent, `seconds`), then the same answer in an event `answer`, or why there is none in an event `problem`; a client that closes the connection stops the work */
  getSites: {
    method: "GET";
    path: "/siting";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      count?: number;
      objective?: "cover" | "median" | "center";
      within?: number;
      method?: "centre";
      weight?: "total" | "15-64" | "65+";
      seconds?: number;
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "events";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: FeatureCollection;
    };
  };
  /** The same among the body's candidates, each with a name or an id and a position or an address: GeoJSON points, CSV or XLSX. GeoJSON points with the property `imagined: true` are no candidates but facilities taken to be there. GeoJSON polygons are zones (property `name`): sites are chosen in them, for the people living there, unless `zones` says otherwise; without candidates among the towns whose points lie in them. Candidates outside are left out and counted in `candidates_outside_zones`; each site names its `zone`. A form has a part `zones` and, for lists that are sheets too, a part `candidates` */
  askSites: {
    method: "POST";
    path: "/siting";
    pathParameters: Record<never, never>;
    query: {
      area?: string;
      count?: number;
      objective?: "cover" | "median" | "center";
      within?: number;
      method?: "centre";
      weight?: "total" | "15-64" | "65+";
      seconds?: number;
      add?: string;
      imprecise?: "leave-out" | "keep";
      datetime?: string;
      municipality?: string[];
      kind?: ("coworking" | "share-office" | "satellite-office" | "workation" | "telework-center" | "exchange" | "rental-space" | "unknown")[];
      stock?: ("vacant-store" | "vacant-building" | "old-house" | "vacant-house" | "kura" | "closed-school" | "public-facility" | "inn-hotel" | "warehouse-factory" | "other-old-stock" | "unknown")[];
      programme?: ("toshi-kozo-saihen" | "toshi-saisei-seibi" | "kanmin-machinaka" | "machizukuri-fund" | "unknown")[];
      certainty?: ("confirmed" | "likely" | "unknown")[];
      eligibility?: ("anyone" | "residents" | "registered" | "corporate" | "unknown")[];
      amenity?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging" | "unknown")[];
      "amenity-all"?: ("wifi" | "power" | "booth" | "meeting-room" | "monitor" | "printer" | "locker" | "smart-lock" | "concierge" | "kitchen-cafe" | "parking" | "barrier-free" | "lodging")[];
      use?: ("drop-in" | "member" | "corporate" | "reservation" | "unknown")[];
      precision?: ("building" | "street" | "station" | "town" | "city")[];
      status?: ("planned" | "open" | "suspended" | "closed" | "unknown" | "*")[];
      "status-age"?: ("fresh" | "ageing" | "old" | "unknown")[];
      "price-max"?: number;
      "seats-min"?: number;
      "open-at"?: string;
      q?: string;
      "include-unknown"?: boolean;
      "as-of"?: string;
      f?: "json" | "events";
      lang?: "ja" | "en";
      zones?: "both" | "candidates" | "people";
    };
    headers: Record<never, never>;
    body: FeatureCollection;
    answers: {
      200: FeatureCollection;
    };
  };
  /** What changed since a number: never who, from which submission or why */
  listChanges: {
    method: "GET";
    path: "/changes";
    pathParameters: Record<never, never>;
    query: {
      since?: number;
      limit?: number;
      f?: "json";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Words, programmes and their facts */
  getVocabularies: {
    method: "GET";
    path: "/vocabularies";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Whose data is used */
  getCredits: {
    method: "GET";
    path: "/credits";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** The tiling scheme */
  getTileMatrixSet: {
    method: "GET";
    path: "/tileMatrixSets/WebMercatorQuad";
    pathParameters: Record<never, never>;
    query: {
      f?: "json" | "html";
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Record<string, unknown>;
    };
  };
  /** Who is signed in */
  getSession: {
    method: "GET";
    path: "/session";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Session;
    };
  };
  /** Sign in; sets the session's cookie */
  signIn: {
    method: "POST";
    path: "/session";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: SignIn;
    answers: {
      201: Session;
    };
  };
  /** Sign out */
  signOut: {
    method: "DELETE";
    path: "/session";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      204: null;
    };
  };
  /** Choose another password; other sessions end */
  changePassword: {
    method: "PUT";
    path: "/session/password";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: Passwords;
    answers: {
      204: null;
    };
  };
  /** Begin to set up a second factor (TOTP) */
  offerSecondFactor: {
    method: "POST";
    path: "/session/second-factor";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      200: SecondFactor;
    };
  };
  /** Turn the second factor on with a first code */
  confirmSecondFactor: {
    method: "PUT";
    path: "/session/second-factor";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: Code;
    answers: {
      204: null;
    };
  };
  /** Turn the second factor off with a code */
  dropSecondFactor: {
    method: "DELETE";
    path: "/session/second-factor";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: Code;
    answers: {
      204: null;
    };
  };
  /** What was handed in, as far as one may see it */
  listSubmissions: {
    method: "GET";
    path: "/submissions";
    pathParameters: Record<never, never>;
    query: {
      state?: string;
      mine?: boolean;
      limit?: number;
      before?: number;
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Submissions;
    };
  };
  /** Hand in a file (CSV in UTF-8 or CP932, XLSX, GeoJSON; at most 20 MiB, 20,000 rows, 100 columns); Idempotency-Key is honoured */
  handIn: {
    method: "POST";
    path: "/submissions";
    pathParameters: Record<never, never>;
    query: {
      file?: string;
      area?: string;
      send?: boolean;
      same?: "update" | "keep" | "new";
      blank?: "keep" | "clear";
      lang?: "ja" | "en";
    };
    headers: {
      "Idempotency-Key"?: string;
      "X-CSRF-Token"?: string;
    };
    body: Blob;
    answers: {
      201: Submission;
    };
  };
  /** How far the checks of one's own are that the answering process does now: two whole files at a time, the others wait */
  getChecks: {
    method: "GET";
    path: "/submissions/checks";
    pathParameters: Record<never, never>;
    query: {
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Checks;
    };
  };
  /** A submission: its report, how its file was read, what may be done with it */
  getSubmission: {
    method: "GET";
    path: "/submissions/{id}";
    pathParameters: {
      id: number;
    };
    query: {
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Submission;
    };
  };
  /** Mend cells, match columns, send it, take it back; If-Match is its revision */
  changeSubmission: {
    method: "PATCH";
    path: "/submissions/{id}";
    pathParameters: {
      id: number;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: SubmissionChange;
    answers: {
      200: Submission;
    };
  };
  /** Its sheet, page by page, with what was mended */
  getSubmissionRows: {
    method: "GET";
    path: "/submissions/{id}/rows";
    pathParameters: {
      id: number;
    };
    query: {
      from?: number;
      limit?: number;
      only?: string;
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Object;
    };
  };
  /** What it would change, field by field */
  getSubmissionDifferences: {
    method: "GET";
    path: "/submissions/{id}/differences";
    pathParameters: {
      id: number;
    };
    query: {
      from?: number;
      limit?: number;
      effect?: string;
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Object;
    };
  };
  /** The file as it came */
  getSubmittedFile: {
    method: "GET";
    path: "/submissions/{id}/file";
    pathParameters: {
      id: number;
    };
    query: {
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** The file in its format and encoding, with what was mended and a column of notes */
  getCorrectedFile: {
    method: "GET";
    path: "/submissions/{id}/corrected";
    pathParameters: {
      id: number;
    };
    query: {
      lang?: "ja" | "en";
    };
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Blob;
    };
  };
  /** Approve (all or some rows), send back, reject; If-Match is its revision */
  decideSubmission: {
    method: "POST";
    path: "/submissions/{id}/decision";
    pathParameters: {
      id: number;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: Decision;
    answers: {
      200: Submission;
    };
  };
  /** A draft of the rows that stayed out of what was published; asked for again, the same draft */
  takeRest: {
    method: "POST";
    path: "/submissions/{id}/rest";
    pathParameters: {
      id: number;
    };
    query: {
      lang?: "ja" | "en";
    };
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      201: Submission;
    };
  };
  /** The submitter has seen the decision */
  tellSubmitter: {
    method: "POST";
    path: "/submissions/{id}/told";
    pathParameters: {
      id: number;
    };
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      204: null;
    };
  };
  /** One's own API tokens; an administrator's: all */
  listTokens: {
    method: "GET";
    path: "/tokens";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Tokens;
    };
  };
  /** Make an API token; its secret is in this answer alone */
  makeToken: {
    method: "POST";
    path: "/tokens";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: NewToken;
    answers: {
      201: Token;
    };
  };
  /** Revoke a token */
  revokeToken: {
    method: "DELETE";
    path: "/tokens/{id}";
    pathParameters: {
      id: number;
    };
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      204: null;
    };
  };
  /** Every version of a facility, newest first: who, when, from which file, which fields (staff of its place) */
  getHistory: {
    method: "GET";
    path: "/collections/facilities/items/{featureId}/history";
    pathParameters: {
      featureId: string;
    };
    query: Record<never, never>;
    headers: Record<never, never>;
    body: null;
    answers: {
      200: History;
    };
  };
  /** A new version equal to an earlier one; If-Match names the current one by its ETag */
  undo: {
    method: "POST";
    path: "/collections/facilities/items/{featureId}/undo";
    pathParameters: {
      featureId: string;
    };
    query: Record<never, never>;
    headers: {
      "If-Match": string;
      "X-CSRF-Token"?: string;
    };
    body: Undo;
    answers: {
      200: FacilityFeature;
      202: Waiting;
    };
  };
  /** Take a personal value out of the log, from every change of that facility in which it stands, and out of uploaded files (administrators) */
  redact: {
    method: "POST";
    path: "/changes/{seq}/redaction";
    pathParameters: {
      seq: number;
    };
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: Redaction;
    answers: {
      200: Redacted;
    };
  };
  /** Accounts (administrators) */
  listUsers: {
    method: "GET";
    path: "/users";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: Record<never, never>;
    body: null;
    answers: {
      200: Users;
    };
  };
  /** Make an account; its one-time password is in this answer alone (administrators) */
  addUser: {
    method: "POST";
    path: "/users";
    pathParameters: Record<never, never>;
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: NewUser;
    answers: {
      201: NewUserMade;
    };
  };
  /** Change an account (administrators) */
  changeUser: {
    method: "PATCH";
    path: "/users/{id}";
    pathParameters: {
      id: number;
    };
    query: Record<never, never>;
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: UserChange;
    answers: {
      200: UserChanged;
    };
  };
  /** A one-time password, in this answer alone; sessions end and tokens are revoked (administrators) */
  resetPassword: {
    method: "POST";
    path: "/users/{id}/password";
    pathParameters: {
      id: number;
    };
    query: {
      "keep-tokens"?: boolean;
    };
    headers: {
      "X-CSRF-Token"?: string;
    };
    body: null;
    answers: {
      200: OneTimePassword;
    };
  };
}

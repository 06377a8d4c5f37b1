/** The view of every route: the one table. See route.ts for what a view must do. */

import type { ViewName } from "../route.ts";
import { account } from "./account.ts";
import type { View } from "./context.ts";
import { facilities } from "./facilities.ts";
import { facility } from "./facility-form.ts";
import { history } from "./history.ts";
import { missing } from "./missing.ts";
import { people } from "./people.ts";
import { queue } from "./queue.ts";
import { submission } from "./submission.ts";
import { upload } from "./upload.ts";

export const VIEWS: { [N in ViewName]: View<N> } = {
  queue,
  submission,
  upload,
  facilities,
  facility,
  history,
  people,
  account,
  missing,
};

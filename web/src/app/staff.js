// The features of staff's desks. A new one is a folder under features/ and a line here.
import * as billingDesk from "../features/billing_desk/index.js";
import * as claimsDesk from "../features/claims_desk/index.js";
import * as desk from "../features/desk/index.js";
import * as imports from "../features/imports/index.js";
import * as newsDesk from "../features/news_desk/index.js";
import * as prices from "../features/prices/index.js";
import * as rounds from "../features/rounds/index.js";

export const STAFF = { billingDesk, claimsDesk, imports, newsDesk, prices, desk, rounds };
